// The whole of a calibration with an output and a microphone whose ways are known.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { calibrate } from './calibrate.ts'

vi.mock('../../../public/recorder-processor.ts?worker&url', () => ({ default: 'recorder.js' }))

const RATE_HZ = 48_000
let air: Float32Array
let nodes: { port: { onmessage: ((event: unknown) => void) | null }; disconnect: () => void }[]
let stopped: number
let settings: { latency?: number }

class FakeRecorder {
  readonly port = { onmessage: null, postMessage() {} }
  disconnect(): void {}
  connect(to: unknown): unknown {
    return to
  }
  constructor() {
    nodes.push(this)
  }
}

/** Its clock runs with the test's; what is played is heard by the microphone `wayMs` later. */
class FakeContext {
  readonly sampleRate = RATE_HZ
  readonly destination = {}
  readonly audioWorklet = { addModule: () => Promise.resolve() }
  readonly #beganMs = performance.now()
  standsStill = false
  get currentTime(): number {
    return this.standsStill ? 1 : 1 + (performance.now() - this.#beganMs) / 1000
  }
  createMediaStreamSource() {
    return { connect: (to: unknown) => to, disconnect() {} }
  }
}

function output(wayMs: number, leadMs: number) {
  const context = new FakeContext()
  const play = (sound: (rateHz: number) => Float32Array, atS: number) => {
    air.set(sound(RATE_HZ), Math.round((atS + wayMs / 1000) * RATE_HZ))
    return () => {}
  }
  return { fake: context, output: { context: context as unknown as AudioContext, leadMs, play } }
}

/** The recorder says what it heard in the last second. */
async function pass(seconds: number, context: FakeContext): Promise<void> {
  for (let n = 0; n < seconds; n++) {
    const frame = Math.round(context.currentTime * RATE_HZ)
    await vi.advanceTimersByTimeAsync(1000)
    const samples = air.slice(frame, frame + RATE_HZ)
    nodes[0]?.port.onmessage?.({ data: { frame, samples } })
  }
}

beforeEach(() => {
  vi.useFakeTimers()
  air = new Float32Array(RATE_HZ * 20)
  nodes = []
  stopped = 0
  settings = {}
  const track = { stop: () => void stopped++, getSettings: () => settings }
  const stream = { getTracks: () => [track], getAudioTracks: () => [track] }
  vi.stubGlobal('AudioWorkletNode', FakeRecorder)
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia: vi.fn().mockResolvedValue(stream) } })
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

const ignore = () => {}

test('nothing begins before the microphone may be used', async () => {
  let allow: (stream: unknown) => void = ignore
  const granted = await navigator.mediaDevices.getUserMedia({})
  vi.mocked(navigator.mediaDevices.getUserMedia).mockReturnValue(
    new Promise((resolve) => (allow = resolve as typeof allow)),
  )
  const onBegin = vi.fn()
  const { fake, output: given } = output(60, 40)
  const play = vi.fn(given.play)
  const calibrated = calibrate({ ...given, play }, onBegin)
  await pass(8, fake)
  expect(onBegin).not.toHaveBeenCalled()
  expect(play).not.toHaveBeenCalled()
  allow(granted)
  await vi.advanceTimersByTimeAsync(0)
  expect(onBegin).toHaveBeenCalledOnce()
  await pass(8, fake)
  expect(await calibrated).toMatchObject({ found: 5 })
})

test('what the output takes beyond what was known is the trim', async () => {
  settings = { latency: 0.02 }
  const { fake, output: given } = output(95, 40)
  const calibrated = calibrate(given, ignore)
  await vi.advanceTimersByTimeAsync(0)
  await pass(8, fake)
  const found = await calibrated
  expect(found).toMatchObject({ found: 5, inputMs: 20, inputAssumed: false, claimedMs: 40 })
  expect(found?.outputMs).toBeCloseTo(75, 1)
  expect(found?.trimMs).toBeCloseTo(35, 1)
  expect(stopped).toBe(1)
  const asked = vi.mocked(navigator.mediaDevices.getUserMedia).mock.calls[0]?.[0]
  expect(asked?.audio).toMatchObject({
    echoCancellation: false,
    autoGainControl: false,
    noiseSuppression: false,
  })
})

test('a microphone that does not say how late it is is assumed to be, and that is said', async () => {
  const { fake, output: given } = output(60, 40)
  const calibrated = calibrate(given, ignore)
  await vi.advanceTimersByTimeAsync(0)
  await pass(8, fake)
  expect(await calibrated).toMatchObject({ inputMs: 10, inputAssumed: true })
})

test('a microphone that hears nothing finds nothing, and is let go', async () => {
  const { fake, output: given } = output(60, 40)
  const calibrated = calibrate({ ...given, play: () => () => {} }, ignore)
  await vi.advanceTimersByTimeAsync(0)
  await pass(8, fake)
  expect(await calibrated).toBeUndefined()
  expect(stopped).toBe(1)
})

test('an output that stands still is an error, and the microphone is let go', async () => {
  const { fake, output: given } = output(60, 40)
  const failed = expect(calibrate(given, ignore)).rejects.toMatchObject({ reason: 'broken' })
  await vi.advanceTimersByTimeAsync(0)
  fake.standsStill = true
  await vi.advanceTimersByTimeAsync(20_000)
  await failed
  expect(stopped).toBe(1)
})

test.each([
  ['NotAllowedError', 'forbidden'],
  ['NotFoundError', 'missing'],
])('%s is told as %s', async (name, reason) => {
  vi.mocked(navigator.mediaDevices.getUserMedia).mockRejectedValue(new DOMException('no', name))
  await expect(calibrate(output(1, 1).output, ignore)).rejects.toMatchObject({ reason })
})
