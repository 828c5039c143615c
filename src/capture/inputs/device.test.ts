import { expect, test } from 'vitest'
import type { InputDevice } from '../../shared/capture-messages.ts'
import { SYNTH } from '../fixtures/forked-capture.ts'
import { DeviceInput } from './device.ts'
import { InputError } from './input.ts'
import type { Binding, InOptions, ReadResult } from './naudiodon.ts'

/** A device that says what it is told to; then reads wait, as those of a silent device do. */
class FakeBinding implements Binding {
  opened: InOptions[] = []
  looks = 0
  /** After so many looks both have changed places. */
  changesAfter = Number.POSITIVE_INFINITY
  quits = 0
  readonly #reads: ReadResult[]
  readonly #refuse: readonly number[]
  constructor(reads: ReadResult[], refuse: readonly number[] = []) {
    this.#reads = reads
    this.#refuse = refuse
  }
  getDevices() {
    this.looks++
    return (this.looks > this.changesAfter ? [1, 0] : [0, 1]).map((number, id) => ({
      id,
      name: `MONTAGE ${number}`,
      maxInputChannels: 8,
      defaultSampleRate: 44_100,
      defaultLowInputLatency: 0,
      hostAPIName: 'ALSA',
    }))
  }
  create({ inOptions }: { inOptions: InOptions }) {
    if (this.#refuse.includes(inOptions.deviceId))
      throw new Error('Format not supported: Invalid sample rate')
    this.opened.push(inOptions)
    return {
      start: () => {},
      read: () => Promise.resolve(this.#reads.shift() ?? new Promise<ReadResult>(() => {})),
      quit: () => Promise.resolve(this.quits++).then(() => {}),
    }
  }
}
const chunk = (value: number): ReadResult => ({
  buf: Buffer.from(new Int16Array(128 * 8).fill(value).buffer),
})
/** The same in 32 bits, `offset` bytes into its memory. */
const wideChunk = (value: number, offset: number): ReadResult => {
  const bytes = Buffer.from(new Int32Array(128 * 8).fill(value).buffer)
  const buf = Buffer.alloc(bytes.length + offset).subarray(offset)
  bytes.copy(buf)
  return { buf }
}
const ignore = (): void => {}
const settings = { ...SYNTH, capture: 'device' as const }

test('an overflow is a known gap of the period it cost, and is told with the next block', async () => {
  const binding = new FakeBinding([
    chunk(1),
    { err: 'portAudio status - input overflow ' },
    chunk(2),
    { finished: true },
  ])
  const blocks: [number, number, boolean][] = []
  const why = await new Promise<string>((lost) => {
    const input = new DeviceInput(settings, ignore, binding)
    input.start((samples, _us, gap, overflow) => blocks.push([samples[0] ?? 0, gap, overflow]), lost)
  })
  expect(blocks).toEqual([
    [1, 0, false],
    [2, 128, true],
  ])
  expect(why).toContain('has stopped')
  expect(binding.opened[0]).toMatchObject({
    deviceId: 0,
    sampleFormat: 16,
    framesPerBuffer: 128,
    channelCount: 8,
  })
})

test('when the best device does not open, the next one is tried', () => {
  expect(new DeviceInput(settings, ignore, new FakeBinding([], [0])).source.name).toBe('MONTAGE 1')
})

test('when none opens, the message says why and what was seen', () => {
  const open = () => new DeviceInput(settings, ignore, new FakeBinding([], [0, 1]))
  expect(open).toThrow(InputError)
  expect(open).toThrow(
    /"MONTAGE 0" was found but could not be opened with 8 channels at 44100 Hz \(Format not supported/,
  )
  const other = () => new DeviceInput({ ...settings, device: 'MODX' }, ignore, new FakeBinding([]))
  expect(other).toThrow('No input named "MODX" was found (seen: MONTAGE 0 (8 channels), MONTAGE 1')
})

test('a device with too few inputs is told how many it has', () => {
  const wide = () => new DeviceInput({ ...settings, channels: 16 }, ignore, new FakeBinding([]))
  expect(wide).toThrow('"MONTAGE 0" has 8 inputs, but 16 were asked for')
})

test('24 bits are read as 32, wherever the library puts them', async () => {
  const binding = new FakeBinding([
    wideChunk(-0x12345600, 0),
    wideChunk(0x7fffff00, 2),
    wideChunk(256, 1),
    { finished: true },
  ])
  const blocks: (number | undefined)[][] = []
  await new Promise((lost) => {
    const input = new DeviceInput({ ...settings, bits: 24 }, ignore, binding)
    expect(input.source.bits).toBe(24)
    input.start((samples) => blocks.push([samples.length, samples[0], samples.at(-1)]), lost)
  })
  expect(blocks).toEqual([-0x12345600, 0x7fffff00, 256].map((value) => [128 * 8, value, value]))
  expect(binding.opened[0]).toMatchObject({ sampleFormat: 32, framesPerBuffer: 128, channelCount: 8 })
})

test('tells which inputs there are before it opens one, and when there is none that fits', () => {
  const told: InputDevice[][] = []
  const open = (device: string) =>
    new DeviceInput({ ...settings, device }, (devices) => told.push(devices), new FakeBinding([]))
  open('MONTAGE')
  expect(() => open('MODX')).toThrow(InputError)
  const seen = [0, 1].map((id) => ({ name: `MONTAGE ${id}`, channels: 8, rateHz: 44_100, api: 'ALSA' }))
  expect(told).toEqual([seen, seen])
})

test('another input that has come in its place is not played under its name', () => {
  const binding = new FakeBinding([])
  binding.changesAfter = 1
  expect(() => new DeviceInput(settings, ignore, binding)).toThrow('The inputs changed while "MONTAGE 0"')
  expect([binding.opened.length, binding.quits]).toEqual([1, 1])
})

test('one that somebody chose is opened with the channels it has', () => {
  const binding = new FakeBinding([])
  const { source } = new DeviceInput({ ...settings, channels: 16, fewerWillDo: true }, ignore, binding)
  expect([source.channels, source.channelNames.length, binding.opened[0]?.channelCount]).toEqual([8, 8, 8])
})
