// The output keeps playing whatever happens to contexts and devices.
import { afterEach, expect, test, vi } from 'vitest'
import { ControlBlock, createControlBlock } from '../../../src/shared/ring/control-block.ts'
import { createSampleRing } from '../../../src/shared/ring/sample-ring.ts'
import { pretendPage } from '../fake-page.ts'
import { AudioOutput } from './audio-output.ts'
import { FakeContext } from './fake-audio.ts'

vi.mock('../../../public/audio-processor.ts?worker&url', () => ({ default: 'worklet.js' }))

const STREAM = { kind: 'stream', serial: 1, rateHz: 44_100 } as const
pretendPage()

function start(deviceId = '') {
  const memoryOfControl = createControlBlock()
  const control = new ControlBlock(memoryOfControl)
  control.set('lineSerial', 1)
  control.set('burstFrames', (512 * 44_100) / 48_000)
  const problems: string[] = []
  const output = new AudioOutput({
    ring: createSampleRing(),
    control: memoryOfControl,
    volume: 1,
    deviceId,
    originMs: () => performance.timeOrigin,
    onProblem: (detail) => problems.push(detail),
    onGivenUp: () => problems.push('given up'),
  })
  output.begin(STREAM)
  return { output, control, problems }
}

afterEach(() => void vi.restoreAllMocks())

/** Lets `ms` pass for the page and for every context. */
async function pass(ms: number): Promise<void> {
  for (let at = 0; at < ms; at += 50) {
    for (const context of FakeContext.made) context.run(50)
    await vi.advanceTimersByTimeAsync(50)
  }
}

/** The stream goes on until it is called off. */
function arrive(control: ControlBlock): () => void {
  const timer = setInterval(() => control.set('newestPosition', control.get('newestPosition') + 441), 10)
  return () => clearInterval(timer)
}

/** Modules that the server does not send. */
const noModules = () =>
  vi
    .spyOn(FakeContext.prototype, 'audioWorklet', 'get')
    .mockReturnValue({ addModule: () => new Promise(() => {}) })

const context = (index: number) => FakeContext.made[index] as FakeContext
const last = () => FakeContext.made.at(-1) as FakeContext

test('it starts with the smallest callbacks and tells the worklet of the stream', async () => {
  const { output, problems } = start()
  await pass(1000)
  expect(context(0).options).toEqual({ latencyHint: 128 / 48_000 })
  expect(context(0).node?.messages).toEqual([STREAM])
  expect(output.running).toBe(true)
  await pass(60_000)
  expect(FakeContext.made).toHaveLength(1)
  expect(problems).toEqual([])
})

test('a device that underruns gets larger callbacks once, and is known the next time', async () => {
  const { output, control } = start()
  await pass(5000)
  control.set('seedPpm', 0)
  context(0).node?.control.set('underrunEpisodes', 4)
  for (let i = 0; i < 6; i++) {
    context(0).playbackStats.underrunEvents += 7
    await pass(4000)
  }
  expect(FakeContext.made).toHaveLength(2)
  expect(last().options.latencyHint).toBeCloseTo(1024 / 48_000, 9)
  expect(last().node?.messages).toEqual([STREAM])
  // The old one fades out while the new one fades in, and the counters go on.
  expect(context(0).fades[1]?.ramps).toEqual([1, 0])
  expect(last().fades[1]?.ramps).toEqual([1])
  expect(context(0).state).toBe('closed')
  expect(control.get('bank')).toBe(1)
  expect(control.get('underrunEpisodes') + control.get('episodesBefore')).toBe(4)
  for (let i = 0; i < 20; i++) {
    last().playbackStats.underrunEvents += 7
    await pass(4000)
  }
  expect(FakeContext.made).toHaveLength(2)
  output.close()
  start()
  expect(last().options.latencyHint).toBeCloseTo(1024 / 48_000, 9)
})

test('after a minute of calm it is heard through smaller callbacks again, but not while in a room', async () => {
  const { control } = start()
  await pass(5000)
  for (let i = 0; i < 6; i++) {
    context(0).playbackStats.underrunEvents++
    await pass(4000)
  }
  last().node?.control.set('burstFrames', (1024 * 44_100) / 48_000)
  control.set('roomSerial', 1)
  await pass(90_000)
  expect(FakeContext.made).toHaveLength(2)
  control.set('roomSerial', 0)
  await pass(2000)
  expect(FakeContext.made).toHaveLength(3)
  expect(last().options.latencyHint).toBeCloseTo(512 / 48_000, 9)
  expect(context(1).state).toBe('closed')
})

test('the rate correction that was right for a device is where the next visit begins', async () => {
  const { output, control } = start()
  await pass(500)
  context(0).node?.control.set('ppm', -33)
  await pass(60_000)
  output.close()
  expect(control.get('seedPpm')).toBe(0)
  expect(start().control.get('seedPpm')).toBeCloseTo(-33, 6)
  FakeContext.next.sampleRate = 44_100
  expect(start().control.get('seedPpm')).toBe(0)
})

test('a context that says it runs, and stands still, is replaced within 2 s', async () => {
  const { output, control } = start()
  await pass(5000)
  context(0).stuck = true
  await pass(1500)
  expect(FakeContext.made).toHaveLength(2)
  expect(control.get('bank')).toBe(1)
  expect(control.get('playing')).toBe(1)
  expect(output.running).toBe(true)
})

test('when no device can be opened, attempts go on, more and more slowly, until one can', async () => {
  const { output, problems } = start()
  await pass(5000)
  FakeContext.next.opens = false
  context(0).stuck = true
  await pass(60_000)
  const attempts = FakeContext.made.length - 1
  expect(attempts).toBeGreaterThan(6)
  expect(attempts).toBeLessThan(14)
  FakeContext.next.opens = true
  await pass(9000)
  expect(output.running).toBe(true)
  expect(last().node?.control.get('playing')).toBe(1)
  expect(problems).toEqual([])
  // Nothing is left open but what is heard.
  await pass(1000)
  expect(FakeContext.made.filter(({ state }) => state !== 'closed')).toEqual([last()])
})

test('a chosen device that went away and can not be opened again gives way to the default, which is told', async () => {
  const { output, problems } = start('usb')
  await pass(5000)
  expect(output.lost).toBe(false)
  FakeContext.next.opens = false
  context(0).dispatchEvent(new Event('error'))
  expect(output.lost).toBe(true)
  await pass(20_000)
  expect(problems).toEqual(['given up'])
  FakeContext.next.opens = true
  await pass(9000)
  expect(output.lost).toBe(false)
  expect(output.running).toBe(true)
})

test('a device that can not be opened at all is a problem, said once it is known', async () => {
  FakeContext.next.opens = false
  const { problems } = start()
  await pass(300)
  expect(new Set(problems)).toEqual(new Set(['the audio device could not be opened']))
})

test.each(['suspended', 'interrupted'])(
  '%s: it is resumed by itself, and at once when the page comes back',
  async (state) => {
    const { output } = start()
    await pass(5000)
    context(0).become(state)
    expect(output.running).toBe(false)
    await pass(3000)
    const { resumed } = context(0)
    expect(resumed).toBeGreaterThan(2)
    expect(resumed).toBeLessThan(7)
    for (const moment of ['pageshow', 'focus', 'visibilitychange', 'pointerdown', 'keydown']) {
      window.dispatchEvent(new Event(moment))
    }
    expect(context(0).resumed).toBe(resumed + 5)
    context(0).become('running')
    await pass(3000)
    expect(output.running).toBe(true)
    expect(FakeContext.made).toHaveLength(1)
  },
)

test('an hour of sleep: the clock jumps, the device comes back or not, and it plays within 2 s', async () => {
  for (const deviceIsBack of [true, false]) {
    FakeContext.made = []
    const { output, control } = start()
    await pass(5000)
    vi.setSystemTime(Date.now() + 3_600_000)
    const awake = performance.now.bind(performance)
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => awake() + 3_600_000)
    context(0).stuck = !deviceIsBack
    await pass(2000)
    expect(FakeContext.made).toHaveLength(deviceIsBack ? 1 : 2)
    expect(output.running).toBe(true)
    expect(control.get('playing')).toBe(1)
    output.close()
    clock.mockRestore()
  }
})

test('a default device with another rate gets a context of its own, any other change does not', async () => {
  start()
  await pass(5000)
  navigator.mediaDevices.dispatchEvent(new Event('devicechange'))
  await pass(2000)
  expect(FakeContext.made.filter(({ state }) => state !== 'closed')).toEqual([context(0)])
  FakeContext.next.sampleRate = 44_100
  navigator.mediaDevices.dispatchEvent(new Event('devicechange'))
  navigator.mediaDevices.dispatchEvent(new Event('devicechange'))
  await pass(2000)
  const open = FakeContext.made.filter(({ state }) => state !== 'closed')
  expect(open.map(({ sampleRate }) => sampleRate)).toEqual([44_100])
})

test('a device that was chosen is not opened again because of what the default is', async () => {
  start('usb')
  await pass(5000)
  FakeContext.next.sampleRate = 44_100
  navigator.mediaDevices.dispatchEvent(new Event('devicechange'))
  await pass(2000)
  expect(FakeContext.made).toHaveLength(1)
})

test('while the server is away another output takes over as soon as it runs: there is nothing to play', async () => {
  const { output, control } = start()
  await pass(5000)
  vi.spyOn(FakeContext.prototype, 'run').mockImplementation(function (this: FakeContext, ms) {
    if (this.state === 'running') this.currentTime += ms / 1000
  })
  let isMoved = false
  void output.setOutput('usb').then(() => (isMoved = true))
  await pass(900)
  expect(isMoved).toBe(false)
  await pass(300)
  expect(isMoved).toBe(true)
  // While it comes, what comes is waited for.
  const stop = arrive(control)
  const refused = expect(output.setOutput('tv')).rejects.toThrow('could not be opened')
  await pass(5000)
  await refused
  stop()
})

test('one that has not loaded yet does not take over by what the one before it left behind', async () => {
  const { output, control } = start()
  await pass(5000)
  for (const id of ['a', 'b']) {
    const moved = output.setOutput(id)
    await pass(1000)
    await moved
  }
  expect(control.get('bank')).toBe(2)
  // Its module takes its time, and the bank it will have says that it plays.
  const { node } = context(0)
  noModules()
  const lost = expect(output.setOutput('c')).rejects.toThrow('could not be opened')
  node?.control.set('playing', 1)
  const stop = arrive(control)
  await pass(2000)
  expect(control.get('bank')).toBe(2)
  await pass(3000)
  await lost
  stop()
})

test('while the server is away, an output whose module does not come from there does not take over', async () => {
  const { output, control } = start()
  await pass(5000)
  noModules()
  const refused = expect(output.setOutput('usb')).rejects.toThrow('could not be opened')
  await pass(5000)
  await refused
  expect(control.get('bank')).toBe(0)
})

test('outputs that are chosen one after the other do not share a bank with the one that is left', async () => {
  const { output } = start()
  await pass(5000)
  const first = output.setOutput('a').catch(() => {})
  await pass(100)
  const second = output.setOutput('b')
  await pass(1000)
  await Promise.all([first, second])
  const banks = FakeContext.made.map(({ node }) => node?.bank)
  expect(new Set(banks).size).toBe(3)
})

test('a default that announces itself once more while it takes over is not begun anew', async () => {
  FakeContext.next.sampleRate = 44_100
  const { output } = start('usb')
  await pass(5000)
  FakeContext.next.sampleRate = 48_000
  const moved = output.setOutput('')
  const heir = last()
  heir.stuck = true
  navigator.mediaDevices.dispatchEvent(new Event('devicechange'))
  await pass(600)
  heir.stuck = false
  await pass(1000)
  await moved
  expect(FakeContext.made.filter(({ node }) => node).map(({ options }) => options.sinkId)).toEqual([
    'usb',
    undefined,
  ])
})

test('a move whose output is begun anew, at another rate, ends when that is heard', async () => {
  const { output } = start('usb')
  await pass(5000)
  const moved = output.setOutput('')
  last().stuck = true
  FakeContext.next.sampleRate = 44_100
  navigator.mediaDevices.dispatchEvent(new Event('devicechange'))
  await pass(600)
  await pass(1000)
  await expect(moved).resolves.toBeUndefined()
  const heard = FakeContext.made.filter(({ state, node }) => state !== 'closed' && node)
  expect(heard.map(({ options, sampleRate }) => [options.sinkId, sampleRate])).toEqual([[undefined, 44_100]])
})

test('who asks for what is being opened waits for it, and may ask again when it failed', async () => {
  const { output } = start()
  await pass(5000)
  FakeContext.next.state = 'suspended'
  const both = [output.setOutput('bt'), output.setOutput('bt')].map((move) =>
    expect(move).rejects.toThrow('could not be opened'),
  )
  await pass(5000)
  await Promise.all(both)
  await output.setOutput('')
  FakeContext.next.state = 'running'
  const moved = output.setOutput('bt')
  await pass(1000)
  await moved
  expect(last().options.sinkId).toBe('bt')
})

test('one that fails after another was wanted leaves it at what is heard', async () => {
  const { output } = start()
  await pass(5000)
  FakeContext.next.state = 'suspended'
  const moves = ['a', 'b'].map((id) => expect(output.setOutput(id)).rejects.toThrow())
  await pass(5000)
  await Promise.all(moves)
  FakeContext.next.state = 'running'
  const moved = output.setOutput('a')
  await pass(1000)
  await moved
  expect(last().options.sinkId).toBe('a')
})

test('what was counted is not lost where an output is heard before its worklet has counted', async () => {
  const { output, control } = start()
  await pass(1000)
  context(0).node?.control.set('underrunEpisodes', 50)
  for (const id of ['a', 'b', 'c']) {
    if (id === 'c') control.set('lineSerial', 0)
    const moved = output.setOutput(id)
    await pass(1000)
    await moved
  }
  // As the first quantum does it.
  last().node?.control.set('underrunEpisodes', 0)
  expect(control.get('underrunEpisodes') + control.get('episodesBefore')).toBe(50)
})

test('a chosen device that can not be opened at the start gives way to the default, which is told', async () => {
  FakeContext.next.opens = false
  const { output, problems } = start('usb')
  FakeContext.next.opens = true
  await pass(1000)
  expect(problems).toEqual(['given up'])
  expect(output.running).toBe(true)
  expect(last().options.sinkId).toBeUndefined()
})

test('Stop while another output is opened: what was wanted is where it goes on next time', async () => {
  const { output } = start()
  await pass(5000)
  const moved = output.setOutput('usb')
  output.close()
  await expect(moved).resolves.toBeUndefined()
})

test('another output is taken when it can be opened, and left alone when it can not', async () => {
  const { output } = start()
  await pass(5000)
  const moved = output.setOutput('usb')
  await pass(1000)
  await moved
  expect(last().options.sinkId).toBe('usb')
  // What plays may have to wait for it.
  expect(FakeContext.made.map(({ node }) => node?.rehearses)).toEqual([true, false])
  FakeContext.next.opens = false
  const refused = expect(output.setOutput('gone')).rejects.toThrow('could not be opened')
  await pass(1000)
  await refused
  const open = FakeContext.made.filter(({ state }) => state !== 'closed')
  expect(open.map(({ options }) => options.sinkId)).toEqual(['usb'])
})

test('an output that takes over is told what the network asks for, as the one before has learnt it', async () => {
  const { output, control } = start()
  await pass(1000)
  expect(control.get('startHeadroomMs')).toBe(0)
  control.set('needFrames', control.get('burstFrames') + 4410)
  const moved = output.setOutput('usb')
  expect(control.get('startHeadroomMs')).toBeCloseTo(100, 6)
  await pass(1000)
  await moved
  expect(control.get('bank')).toBe(1)
  // One that has not played yet knows nothing better.
  control.set('playing', 0)
  const back = output.setOutput('')
  expect(control.get('startHeadroomMs')).toBeCloseTo(100, 6)
  await pass(1000)
  await back
})

test('where asking for the latency of an output can block it, that is never done, whoever wants to know it', async () => {
  vi.stubGlobal('mozInnerScreenX', 0)
  const { output } = start()
  for (let i = 0; i < 200; i++) {
    await pass(50)
    expect(output.device.outputLatency).toBeUndefined()
    output.latency(3)
  }
  const moved = output.setOutput('usb')
  await pass(1000)
  await moved
  expect(FakeContext.made).toHaveLength(2)
  for (const { asked } of FakeContext.made) expect(asked).toEqual({ outputLatency: 0, timestamp: 0 })
})

test('after Stop nothing is open and nothing is tried', async () => {
  const { output } = start()
  await pass(5000)
  output.close()
  await pass(500)
  const made = FakeContext.made.length
  window.dispatchEvent(new Event('focus'))
  navigator.mediaDevices.dispatchEvent(new Event('devicechange'))
  await pass(5000)
  expect(FakeContext.made).toHaveLength(made)
  expect(context(0).state).toBe('closed')
})

test('an output is never given nothing but zeros, muted or not: a browser would let its device go', () => {
  const { output } = start()
  output.setVolume(0)
  const [floor] = last().constants
  expect(floor).toMatchObject({ to: last().destination, started: true })
  // Heard by no converter: below the last bit of 24.
  expect(floor?.offset.value).toBeGreaterThan(0)
  expect(floor?.offset.value).toBeLessThan(2 ** -24)
})

test('what is muted stays muted when another output takes over, and comes back with a fade', async () => {
  const { output } = start()
  await pass(1000)
  output.setMuted(true)
  output.setMuted(true)
  expect(context(0).fades[1]?.ramps).toEqual([1, 0])
  const moved = output.setOutput('usb')
  await pass(1000)
  await moved
  expect(last().fades[1]?.ramps).toEqual([0])
  output.setMuted(false)
  expect(last().fades[1]?.ramps).toEqual([0, 1])
})

test('each device has its own trim, which the worker is told', async () => {
  const { output, control } = start()
  await pass(1000)
  output.alignment.setTrim(12)
  expect(control.get('trimMs')).toBe(12)
  const moved = output.setOutput('usb')
  await pass(1000)
  await moved
  expect(control.get('trimMs')).toBe(0)
  const back = output.setOutput('')
  await pass(1000)
  await back
  expect(control.get('trimMs')).toBe(12)
})
