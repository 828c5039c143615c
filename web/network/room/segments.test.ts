// What a segment does to the ring: sample-exact, with a fade where sound begins and ends.
import { expect, test } from 'vitest'
import { ControlBlock, createControlBlock } from '../../../src/shared/ring/control-block.ts'
import { createSampleRing, SampleRing } from '../../../src/shared/ring/sample-ring.ts'
import type { Segment } from '../../../src/shared/room/segments.ts'
import { fakePackets } from '../fake-packets.ts'
import { PacketIntake } from '../packet-intake.ts'

const RATE = 48_000
const FRAMES = 128
const FADE = 240

function setup() {
  const memory = createSampleRing(1 << 15)
  const control = new ControlBlock(createControlBlock())
  const times: { position: number; captureUs: number; arrivalMs: number }[] = []
  const intake = new PacketIntake({
    ring: new SampleRing(memory),
    control,
    onPacket: ({ position, captureUs }, arrivalMs) => times.push({ position, captureUs, arrivalMs }),
    onTurn: () => {},
  })
  intake.begin({ serial: 1, streamId: 7, rateHz: RATE, packetFrames: FRAMES })
  const ring = new SampleRing(memory)
  return {
    intake,
    control,
    times,
    ring,
    /** Packets with the stream's frames [from, to), whole ones; their audio is the frame's number. */
    hear(from: number, to: number) {
      intake.take(fakePackets({ from, to, frames: FRAMES, rateHz: RATE, sound: ramp }), 0)
    },
    begin(segment: Segment, rateHz = Number.NaN) {
      intake.segmentComes(segment, rateHz)
      intake.playSegment(segment)
    },
    /** What is heard of the axis; NaN: nothing has come. */
    read(from: number, to: number): number[] {
      return Array.from({ length: to - from }, (_, i) => {
        if (ring.available(from + i, 1) === 0) return Number.NaN
        const frame = new Float32Array(1)
        ring.read(from + i, frame, new Float32Array(1), 0, 1)
        return Math.round((frame[0] as number) * 32768 * 1000) / 1000
      })
    },
  }
}

/** Never 0, and never the same twice within a second. */
const ramp = (frame: number) => 1 + (frame % 30_000)
const sound = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => ramp(from + i))
const fade = (i: number) => 0.5 - 0.5 * Math.cos((Math.PI * (i + 0.5)) / FADE)

function expectClose(heard: readonly number[], wanted: readonly number[]): void {
  expect(heard).toHaveLength(wanted.length)
  heard.forEach((x, i) => {
    if (!(Math.abs(x - (wanted[i] as number)) < 0.01)) expect({ i, x }).toEqual({ i, x: wanted[i] })
  })
}

test('a pause begins at its frame, after a fade, whatever came beyond it before', () => {
  const { hear, begin, read, control } = setup()
  hear(0, 4096)
  const from = 4000
  begin({ from, shift: 0, muted: true })
  expectClose(read(0, from - FADE), sound(0, from - FADE))
  expectClose(
    read(from - FADE, from),
    sound(from - FADE, from).map((x, i) => x * (1 - fade(i))),
  )
  expect(read(from, 4096)).toEqual(new Array(96).fill(0))
  // Packets go on coming, from the one that holds the first frame.
  hear(3968, 8192)
  expectClose(read(0, from - FADE), sound(0, from - FADE))
  expect(read(from, 8192)).toEqual(new Array(8192 - from).fill(0))
  expect(control.get('newestPosition')).toBe(8192)
  expect(control.get('packetsMissing')).toBe(0)
})

test('a start plays on at its frame where the pause was, with a fade', () => {
  const { hear, begin, read, control } = setup()
  hear(0, 4096)
  begin({ from: 4000, shift: 0, muted: true })
  hear(3968, 10_112)
  const from = 10_001
  const shift = from - 4000
  begin({ from, shift, muted: false })
  // The packet that holds frame 4000 of the stream, and those after it.
  hear(3968, 8064)
  expect(read(from - 100, from)).toEqual(new Array(100).fill(0))
  expectClose(
    read(from, from + FADE),
    sound(4000, 4000 + FADE).map((x, i) => x * fade(i)),
  )
  expectClose(read(from + FADE, 8064 + shift), sound(4000 + FADE, 8064))
  expect(control.get('newestPosition')).toBe(8064 + shift)
  expect(control.get('packetsMissing')).toBe(0)
})

test('a seek ends one place and begins another at the same frame', () => {
  const { hear, begin, read } = setup()
  hear(0, 8192)
  const from = 8100
  begin({ from, shift: 6000, muted: false })
  // The rest of what came before is not to be heard, even before anything else comes.
  expect(read(from, 8192)).toEqual(new Array(92).fill(Number.NaN))
  hear(2048, 4096)
  expectClose(
    read(from - FADE, from),
    sound(from - FADE, from).map((x, i) => x * (1 - fade(i))),
  )
  expectClose(
    read(from, from + FADE),
    sound(2100, 2100 + FADE).map((x, i) => x * fade(i)),
  )
  expectClose(read(from + FADE, 10_096), sound(2100 + FADE, 4096))
})

test('what is sent again from some frame on replaces what is there without a trace, also from before this turn', () => {
  const { hear, begin, read, intake, control } = setup()
  begin({ from: 0, shift: 0, muted: false })
  hear(0, 4096)
  begin({ from: 2000, shift: 0, muted: false })
  expect(intake.receivedTo).toBe(2000)
  expectClose(read(0, 4096), sound(0, 4096))
  // It has come, and its time has not passed in vain.
  expect(control.get('newestPosition')).toBe(4096)
  hear(1920, 6144)
  expectClose(read(0, 6144), sound(0, 6144))
  expect(intake.receivedTo).toBe(6144)
  expect(intake.newest).toBe(6144)
  expect(control.get('packetsMissing')).toBe(0)
  hear(6144, 60_160)
  control.set('playSerial', 1)
  control.set('playPosition', 60_000)
  begin({ from: 10_000, shift: 0, muted: false })
  hear(9984, 20_480)
  expectClose(read(10_000, 20_480), sound(10_000, 20_480))
  expect(control.get('packetsLate')).toBe(0)
})

test('a pause that is taken back plays on as if nothing had been, but for a dip', () => {
  const { hear, begin, read } = setup()
  hear(0, 4096)
  begin({ from: 4000, shift: 0, muted: true })
  hear(3968, 5120)
  begin({ from: 4000, shift: 0, muted: false })
  hear(3968, 5120)
  expectClose(read(4000 + FADE, 5120), sound(4000 + FADE, 5120))
})

test('what the worklet is about to play is not faded: the end of it is', () => {
  const { hear, begin, read, control } = setup()
  hear(0, 4096)
  control.set('playSerial', 1)
  control.set('burstFrames', 128)
  control.set('playPosition', 3500)
  const untouched = 3500 + 2 * 128 + 64
  begin({ from: 4000, shift: 0, muted: true })
  expectClose(read(3600, untouched), sound(3600, untouched))
  const heard = read(untouched, 4000)
  expect(heard[0]).toBeLessThanOrEqual(ramp(untouched))
  expect(heard.at(-1)).toBeLessThan(1)
})

test('receipts count on the axis, and arrival times are those of the live way', () => {
  const { hear, begin, intake, times } = setup()
  hear(0, 4096)
  // The source is 100 ppm fast: a minute of it is 6 ms less of the server's.
  const rateHz = RATE * 1.0001
  const shift = 60 * RATE
  begin({ from: 60 * RATE, shift, muted: false }, rateHz)
  hear(0, 128)
  expect(intake.receivedTo).toBe(60 * RATE + 128)
  expect(times.at(-1)).toEqual({ position: shift, captureUs: (shift * 1e6) / rateHz, arrivalMs: 0 })
})

test('what there was of a stream before is nothing of the next', () => {
  const { hear, begin, intake, control } = setup()
  hear(0, 8192)
  intake.begin({ serial: 2, streamId: 7, rateHz: RATE, packetFrames: FRAMES })
  expect(control.get('newestPosition')).toBe(0)
  begin({ from: 0, shift: 0, muted: false })
  hear(0, 1024)
  expect(control.get('newestPosition')).toBe(1024)
})

test('what is to be sent again has come, and is not there', () => {
  const { hear, begin, intake, control } = setup()
  hear(0, 8192)
  begin({ from: 2048, shift: 0, muted: false })
  expect(control.get('newestPosition')).toBe(8192)
  expect(intake.readyTo).toBe(2048)
  hear(2048, 4096)
  expect(intake.readyTo).toBe(4096)
})

test('muted packets of floats leave silence too', () => {
  const { hear, begin, read, intake } = setup()
  hear(0, 4096)
  begin({ from: 4096, shift: 0, muted: true })
  intake.take(
    fakePackets({ from: 3968, to: 5120, frames: FRAMES, rateHz: RATE, sound: ramp, float: true }),
    0,
  )
  hear(5120, 6144)
  expect(read(4096, 6144)).toEqual(new Array(2048).fill(0))
})
