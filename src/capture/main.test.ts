// The real child, forked as the server forks it.
import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { CAPTURE_EXIT } from '../shared/capture-messages.ts'
import { CODEC } from '../shared/wire/packet.ts'
import { ForkedCapture } from './fixtures/forked-capture.ts'

const TIMEOUT_MS = 30_000

/** First letters of the states of a process group's members, as ps has them. */
function groupStates(group: number): string {
  const lines = execFileSync('ps', ['-A', '-o', 'pgid=,stat='], { encoding: 'utf8' }).trim().split('\n')
  const members = lines.map((line) => line.trim().split(/\s+/)).filter(([pgid]) => Number(pgid) === group)
  return members.map(([, state = '']) => state.charAt(0)).join('')
}

describe('the synth', () => {
  test('says what it is, then blocks follow one another without a gap', { timeout: TIMEOUT_MS }, async () => {
    const capture = new ForkedCapture({ periodFrames: 64 })
    const { source } = await capture.wait('ready')
    expect(source).toMatchObject({ input: 'synth', channels: 8, rateHz: 44100, periodFrames: 64 })
    expect(source.channelNames).toHaveLength(8)
    await capture.wait('block', 300)
    expect(capture.messages[0]?.kind).toBe('ready')
    const blocks = capture.all('block').slice(0, 300)
    blocks.forEach((block, i) => {
      expect(block.pcm.byteLength).toBe(64 * 4)
      expect(block.pcm.buffer.byteLength).toBeGreaterThanOrEqual(64 * 4)
      const before = blocks[i - 1]
      if (before === undefined) return
      // A stalled machine may make the schedule jump; positions and clock must then jump together.
      const frames = block.position - before.position
      expect(frames % 64).toBe(0)
      expect(block.captureUs - before.captureUs).toBeCloseTo((frames / 44100) * 1e6, 0)
    })
    const levels = await capture.wait('levels', 2)
    expect(levels.peak).toHaveLength(8)
    expect(levels.rms).toHaveLength(8)
    const { intervals, cpuPercent, rssMb } = await capture.wait('facts')
    const counted = intervals.counts.reduce((sum, count) => sum + count)
    expect(counted).toBeGreaterThan(600)
    expect(cpuPercent).toBeGreaterThan(0)
    expect(rssMb).toBeGreaterThan(10)
  })

  test('with 24 bits sends Float32 that 24 bits hold and 16 do not', { timeout: TIMEOUT_MS }, async () => {
    const capture = new ForkedCapture({ bits: 24 })
    expect((await capture.wait('ready')).source.bits).toBe(24)
    await capture.wait('block', 100)
    let finer = 0
    for (const block of capture.all('block')) {
      expect([block.codec, block.pcm.byteLength]).toEqual([CODEC.pcmF32, 128 * 8])
      for (const sample of new Float32Array(block.pcm.slice().buffer))
        if (!Number.isInteger(sample * 32768)) finer++
    }
    expect(finer).toBeGreaterThan(1000)
    const levels = await capture.wait('levels', 2)
    expect(Math.max(...levels.peak)).toBeLessThan(1)
  })

  test('ends with 0 on stop, on SIGTERM and when the server goes', { timeout: TIMEOUT_MS }, async () => {
    for (const how of ['stop', 'SIGTERM', 'disconnect'] as const) {
      const capture = new ForkedCapture({})
      await capture.wait('block', 3)
      if (how === 'stop') capture.send({ kind: 'stop' })
      else if (how === 'SIGTERM') capture.child.kill('SIGTERM')
      else capture.child.disconnect()
      expect(await capture.exited).toBe(CAPTURE_EXIT.asked)
    }
  })

  test('a server that acks nothing gets its credit and no more; the rest is counted', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const capture = new ForkedCapture({ periodFrames: 256 })
    capture.acking = false
    let nth = 1
    while ((await capture.wait('levels', nth)).counters.droppedBlocks < 3) nth++
    const sent = capture.all('block').reduce((frames, block) => frames + block.frames, 0)
    expect(sent).toBe(Math.floor(8820 / 256) * 256)
    const { droppedBlocks, droppedFrames } = (await capture.wait('levels', nth)).counters
    expect(droppedFrames).toBe(droppedBlocks * 256)
  })
})

describe('settings', () => {
  test('nonsense is refused with a sentence and exit 42', { timeout: TIMEOUT_MS }, async () => {
    const capture = new ForkedCapture({ channels: 99, periodFrames: 1 })
    const fault = await capture.wait('fault')
    expect(fault.reason).toBe('bad-settings')
    expect(fault.message).toContain('CAPTURE_CHANNELS must be a whole number from 1 to 32, not 99.')
    expect(fault.message).toContain('CAPTURE_PERIOD')
    expect(await capture.exited).toBe(CAPTURE_EXIT.badSettings)
  })

  test.each([
    [false, CAPTURE_EXIT.badSettings],
    [true, CAPTURE_EXIT.sourceLost],
  ])('no such device, reopening %s: exit %i', { timeout: TIMEOUT_MS }, async (reopening, code) => {
    const capture = new ForkedCapture({ capture: 'device', device: 'no such thing', reopening })
    const fault = await capture.wait('fault')
    expect(fault.reason).toBe('no-device')
    expect(fault.message).toMatch(/[^.]\. (Connect it|Install a C\+\+ compiler)/)
    expect(await capture.exited).toBe(code)
    // One that was in use is looked for by this child for a while.
    const looks = capture.all('devices').length
    // None: naudiodon, an optional dependency, is not there.
    if (reopening && looks > 0) expect(looks).toBeGreaterThan(3)
    else if (looks > 0) expect(looks).toBe(1)
  })

  test('auto plays the synth and says why', { timeout: TIMEOUT_MS }, async () => {
    const capture = new ForkedCapture({ capture: 'auto', device: 'no such thing' })
    const { source } = await capture.wait('ready')
    expect(source.input).toBe('synth')
    expect(source.fallback).toMatch(/so the demo synth plays\. To hear an instrument, /)
    await capture.wait('block', 3)
  })
})

test('asked which inputs there are, it says so or why it can not, and ends', {
  timeout: TIMEOUT_MS,
}, async () => {
  const capture = new ForkedCapture('devices')
  const code = await capture.exited
  const [told] = capture.messages
  if (told?.kind === 'devices')
    expect([code, Array.isArray(told.devices)]).toEqual([CAPTURE_EXIT.asked, true])
  else expect([code, told]).toMatchObject([CAPTURE_EXIT.badSettings, { kind: 'fault', reason: 'no-device' }])
})

describe('a command', () => {
  const counting = `${JSON.stringify(process.execPath)} -e ${JSON.stringify(
    "const b=Buffer.alloc(20*4*44100);for(let i=0;i<b.length/2;i++)b.writeInt16LE(i%20000,i*2);process.stderr.write('pid '+process.pid+'\\n');process.stdout.write(b);setInterval(()=>{},1e9)",
  )}`
  const stereo = {
    capture: 'command' as const,
    channels: 2,
    gains: [
      [1, 0],
      [0, 1],
    ],
    gainsAreDefault: false,
  }

  test('arrives sample for sample, paced, and its death is a lost source', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const capture = new ForkedCapture({ ...stereo, command: counting })
    await capture.wait('block', 60)
    const blocks = capture.all('block').slice(0, 60)
    let next = 0
    for (const block of blocks) {
      const samples = new Int16Array(block.pcm.slice().buffer)
      for (const sample of samples) expect(sample).toBe(next++ % 20000)
    }
    const pid = Number(/pid (\d+)/.exec((await capture.wait('log')).message)?.[1])
    process.kill(pid, 'SIGKILL')
    expect((await capture.wait('fault')).reason).toBe('source-lost')
    expect(await capture.exited).toBe(CAPTURE_EXIT.sourceLost)
  })

  test('of 24 bits arrives sample for sample, in Float32', { timeout: TIMEOUT_MS }, async () => {
    // Multiples of 211 of the smallest step, in the upper bits of 32.
    const script =
      'const b=Buffer.alloc(20*8*44100);for(let i=0;i<b.length/4;i++)b.writeInt32LE((i%40000-20000)*211*256,i*4);process.stdout.write(b);setInterval(()=>{},1e9)'
    const command = `${JSON.stringify(process.execPath)} -e ${JSON.stringify(script)}`
    const capture = new ForkedCapture({ ...stereo, bits: 24, command })
    await capture.wait('block', 180)
    let next = 0
    let wrong = 0
    for (const block of capture.all('block').slice(0, 180)) {
      expect(block.codec).toBe(CODEC.pcmF32)
      for (const sample of new Float32Array(block.pcm.slice().buffer))
        if (sample * 2 ** 23 !== ((next++ % 40_000) - 20_000) * 211) wrong++
    }
    expect([next, wrong]).toEqual([180 * 256, 0])
  })

  test('one that does not exist says so', { timeout: TIMEOUT_MS }, async () => {
    const capture = new ForkedCapture({ ...stereo, command: 'no-such-program-at-all' })
    expect((await capture.wait('fault')).message).toMatch(/ended \(exit code 127\).*not found/)
    expect(await capture.exited).toBe(CAPTURE_EXIT.sourceLost)
  })

  test.each([
    ['', ''],
    [', though it will not end,', 'trap "" TERM; '],
  ])(
    'one that falls silent is a stall, and%s is not left behind',
    {
      timeout: TIMEOUT_MS,
    },
    async (_how, first) => {
      const command = `${first}echo pid $$ >&2; sleep 1000 & wait`
      const capture = new ForkedCapture({ ...stereo, command })
      const pid = Number(/pid (\d+)/.exec((await capture.wait('log')).message)?.[1])
      expect((await capture.wait('fault')).reason).toBe('stalled')
      expect(await capture.exited).toBe(CAPTURE_EXIT.stalled)
      // The whole group: what nobody has reaped yet is dead all the same.
      await expect.poll(() => groupStates(pid)).toMatch(/^Z*$/)
    },
  )
})
