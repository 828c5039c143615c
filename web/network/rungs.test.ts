// Real encoders, the real decoder: what the ring holds is what was captured, whichever way it came.
import OpusScript from 'opusscript'
import { beforeAll, describe, expect, test } from 'vitest'
import { ControlBlock, createControlBlock } from '../../src/shared/ring/control-block.ts'
import { createSampleRing, SampleRing } from '../../src/shared/ring/sample-ring.ts'
import {
  OPUS_LOOKAHEAD_FRAMES,
  OPUS_RATE_HZ,
  OPUS_WARM_UP_MS,
  type OpusRung,
  RUNGS,
} from '../../src/shared/rungs.ts'
import { CODEC, FLAG_WARM_UP, HEADER_BYTES, writeHeader } from '../../src/shared/wire/packet.ts'
import { loadOpusDecoder, type OpusDecoder } from './decode/opus-loader.ts'
import { PacketIntake } from './packet-intake.ts'

const STREAM = 7
const PCM_FRAMES = 128
const OPUS_RUNGS = RUNGS.filter((rung): rung is OpusRung => rung.codec === 'opus')
/** What an instrument plays, as a function of time, s: the same at any rate. */
type Sound = (seconds: number) => number

interface Packet {
  bytes: ArrayBuffer
  /** Frames of the stream. */
  from: number
  to: number
}

function packet(
  codec: number,
  position: number,
  frames: number,
  rateHz: number,
  payload: Uint8Array,
): ArrayBuffer {
  const bytes = new ArrayBuffer(HEADER_BYTES + payload.length)
  writeHeader(new DataView(bytes), 0, {
    ...{ flags: 0, codec, channels: 2, frames, payloadBytes: payload.length, streamId: STREAM, sequence: 0 },
    ...{ position, captureUs: (position * 1e6) / rateHz },
  })
  new Uint8Array(bytes, HEADER_BYTES).set(payload)
  return bytes
}

function pcm16(sound: Sound, rateHz: number, fromFrame: number, toFrame: number): Packet[] {
  const packets: Packet[] = []
  for (let from = fromFrame - (fromFrame % PCM_FRAMES); from < toFrame; from += PCM_FRAMES) {
    const pcm = new Int16Array(PCM_FRAMES * 2)
    for (let i = 0; i < PCM_FRAMES; i++)
      pcm.fill(Math.round(sound((from + i) / rateHz) * 32768), 2 * i, 2 * i + 2)
    const bytes = packet(CODEC.pcm16, from, PCM_FRAMES, rateHz, new Uint8Array(pcm.buffer))
    packets.push({ bytes, from, to: from + PCM_FRAMES })
  }
  return packets
}

function pcmF32(sound: Sound, rateHz: number, fromFrame: number, toFrame: number): Packet[] {
  return pcm16(sound, rateHz, fromFrame, toFrame).map(({ from, to }) => {
    const pcm = Float32Array.from({ length: 2 * PCM_FRAMES }, (_, i) => sound((from + (i >> 1)) / rateHz))
    return { bytes: packet(CODEC.pcmF32, from, PCM_FRAMES, rateHz, new Uint8Array(pcm.buffer)), from, to }
  })
}

/** OPUS_SET_VBR, OPUS_SET_COMPLEXITY, OPUS_SET_PACKET_LOSS_PERC, OPUS_SET_SIGNAL. */
const AS_THE_SERVER = [
  [4006, 0],
  [4010, 5],
  [4014, 10],
  [4024, 3002],
] as const

/** The whole rung from the beginning, as an encoder that has always run makes it. */
function opus(rung: OpusRung, sound: Sound, rateHz: number, toFrame: number): Packet[] {
  const encoder = new OpusScript(OPUS_RATE_HZ, 2, OpusScript.Application.RESTRICTED_LOWDELAY)
  encoder.setBitrate(rung.bitsPerSecond)
  for (const [request, value] of AS_THE_SERVER) encoder.encoderCTL(request, value)
  const frames = (OPUS_RATE_HZ * rung.packetMs) / 1000
  const packets: Packet[] = []
  for (let at = 0; ((at - OPUS_LOOKAHEAD_FRAMES) * rateHz) / OPUS_RATE_HZ < toFrame; at += frames) {
    const pcm = new Int16Array(2 * frames)
    for (let i = 0; i < frames; i++)
      pcm.fill(Math.round(sound((at + i) / OPUS_RATE_HZ) * 32768), 2 * i, 2 * i + 2)
    const payload = encoder.encode(Buffer.from(pcm.buffer), frames)
    const position = at - OPUS_LOOKAHEAD_FRAMES
    if (position < 0) continue
    packets.push({
      bytes: packet(CODEC.opus, position, frames, OPUS_RATE_HZ, payload),
      from: (position * rateHz) / OPUS_RATE_HZ,
      to: ((position + frames) * rateHz) / OPUS_RATE_HZ,
    })
  }
  encoder.delete()
  return packets
}

/** The part of a rung a server sends after a switch: from 10 ms before `from` on, and to Opus what comes before that to warm up. */
function fromHistory(packets: readonly Packet[], from: number, rateHz: number): Packet[] {
  const overlap = from - rateHz / 100
  const warmUp = overlap - (rateHz * OPUS_WARM_UP_MS) / 1000
  return packets.flatMap((one) => {
    const isOpus = new DataView(one.bytes).getUint8(2) === CODEC.opus
    if (one.to <= (isOpus ? warmUp : overlap)) return []
    const bytes = one.bytes.slice(0)
    if (one.to <= overlap) new DataView(bytes).setUint8(1, FLAG_WARM_UP)
    return [{ ...one, bytes }]
  })
}

let decoder: OpusDecoder
beforeAll(async () => {
  decoder = await loadOpusDecoder()
})

function receiver(rateHz: number, ready = true) {
  const memory = createSampleRing()
  const shared = createControlBlock()
  const control = new ControlBlock(shared)
  const times: { position: number; captureUs: number }[] = []
  const designs: number[] = []
  const intake = new PacketIntake({
    ring: new SampleRing(memory),
    control,
    onPacket: ({ position, captureUs }) => times.push({ position, captureUs }),
    onTurn: (designMs) => designs.push(designMs),
  })
  intake.begin({ serial: 1, streamId: STREAM, rateHz, packetFrames: PCM_FRAMES })
  if (ready) intake.startOpus(decoder)
  const ring = new SampleRing(memory)
  return {
    ring,
    control,
    intake,
    times,
    designs,
    /** The worklet plays, so many frames behind. */
    hear(packets: readonly Packet[], behind = Number.POSITIVE_INFINITY) {
      for (const { bytes } of packets) {
        intake.take(bytes, 0)
        if (behind === Number.POSITIVE_INFINITY) continue
        control.set('playSerial', 1)
        control.set('burstFrames', 128)
        control.set('playPosition', Math.max(0, control.get('newestPosition') - behind))
      }
    },
    read(from: number, to: number): Float32Array {
      const left = new Float32Array(to - from)
      expect(ring.available(from, to - from)).toBe(to - from)
      ring.read(from, left, new Float32Array(to - from), 0, to - from)
      return left
    },
  }
}

/** The loudest 2 ms of what differs from the original beyond the loudest that differs within 10 ms in `reference`, dBFS. */
function loudestBurst(residual: Float32Array, reference: Float32Array, rateHz: number): number {
  const powers = (sound: Float32Array) => {
    const window = Math.round(rateHz * 0.002)
    return Array.from({ length: Math.floor(sound.length / window) }, (_, w) => {
      const part = sound.subarray(w * window, (w + 1) * window)
      return part.reduce((sum, x) => sum + x * x, 0) / window
    })
  }
  const allowed = powers(reference)
  const excess = powers(residual).map(
    (power, w) => power - Math.max(...allowed.slice(Math.max(0, w - 5), w + 6)),
  )
  return 10 * Math.log10(Math.max(1e-12, ...excess))
}

/** Third differences: what is slow goes, a step stays. Without a fade there is −60 dB of it, with one −100. */
function steps(residual: Float32Array): Float32Array {
  const at = (i: number) => residual[i] ?? 0
  return residual.map((x, i) => (i < 3 ? 0 : (x - 3 * at(i - 1) + 3 * at(i - 2) - at(i - 3)) / Math.sqrt(20)))
}

const chord: Sound = (t) =>
  [220, 277.18, 329.63, 880].reduce((sum, hz) => sum + 0.15 * Math.sin(2 * Math.PI * hz * t), 0)

describe.each([44_100, 48_000, 96_000])('a stream of %d Hz', (rateHz) => {
  const at = (seconds: number) => Math.round(seconds * rateHz)

  test.each(OPUS_RUNGS)(
    'a click that was captured at a frame is in the ring at that frame: $name',
    (rung) => {
      // Clicks of different places in their packets, none on a whole frame of 48 kHz unless the stream is.
      const clicks = Array.from({ length: 12 }, (_, i) => at(0.2) + 1 + i * (at(0.02) + 7))
      const click: Sound = (t) =>
        clicks.reduce((sum, n) => sum + 0.8 * Math.exp(-(((t - n / rateHz) * 8000) ** 2)), 0)
      const { hear, read } = receiver(rateHz)
      hear(opus(rung, click, rateHz, at(0.6)))
      const [from, to] = [at(0.15), at(0.55)]
      const heard = read(from, to)
      const likeness = (lag: number) =>
        heard.reduce((sum, x, i) => sum + x * click((from + i - lag) / rateHz), 0)
      const lags = Array.from({ length: 41 }, (_, i) => i - 20)
      const best = lags.reduce((a, b) => (likeness(b) > likeness(a) ? b : a))
      expect(Math.abs(best)).toBeLessThanOrEqual(1)
    },
  )

  /** PCM, then this rung, then PCM; how loud the loudest thing in it is that neither the original has nor the codec explains. */
  function residualOfSwitches(rung: OpusRung, offset: number) {
    const [first, second, end] = [at(0.4), at(0.8), at(1.2)]
    const whole = opus(rung, chord, rateHz, end)
    const only = receiver(rateHz)
    only.hear(whole)
    const [from, to] = [at(0.2), at(1.1)]
    const residualOf = (heard: Float32Array) => heard.map((x, i) => x - chord((from + i) / rateHz))

    const { hear, read, control, ring } = receiver(rateHz)
    const behind = at(0.02)
    hear(pcm16(chord, rateHz, 0, first), behind)
    const shifted = opus(rung, (t) => chord(t - offset / rateHz), rateHz, end)
    const opusPart = fromHistory(shifted, control.get('newestPosition'), rateHz).filter(
      ({ to }) => to <= second,
    )
    hear(opusPart, behind)
    const back = opusPart.at(-1)?.to ?? 0
    hear(fromHistory(pcm16(chord, rateHz, 0, end), back, rateHz), behind)
    expect(ring.available(0, end)).toBe(end)
    expect(control.get('packetsMissing')).toBe(0)
    expect(control.get('packetsLate')).toBe(0)
    expect(control.get('messagesBad')).toBe(0)
    const [switched, codec] = [residualOf(read(from, to)), residualOf(only.read(from, to))]
    return {
      burst: loudestBurst(switched, codec, rateHz),
      step: loudestBurst(steps(switched), steps(codec), rateHz),
    }
  }

  test.each(OPUS_RUNGS)('from PCM to $name and back nothing steps', (rung) => {
    const { burst, step } = residualOfSwitches(rung, 0)
    expect(burst).toBeLessThan(-60)
    expect(step).toBeLessThan(-90)
  })

  test('a rung that is four frames off would be found out', () => {
    expect(residualOfSwitches(OPUS_RUNGS[0] as OpusRung, 4).burst).toBeGreaterThan(-60)
  })
})

test('what the worklet is about to play is not touched: the fade is shorter, or there is none', () => {
  const rateHz = 48_000
  for (const behind of [128, 400, 480, 1200]) {
    const { hear, read, control } = receiver(rateHz)
    hear(
      pcm16(() => 0.25, rateHz, 0, 9600),
      behind,
    )
    const newest = control.get('newestPosition')
    const untouched = newest - behind + 2 * 128 + 64
    const other = fromHistory(
      pcmF32(() => 0.5, rateHz, 0, 9700),
      newest,
      rateHz,
    )
    hear(other.slice(0, 6))
    const heard = read(newest - 480, newest + 64)
    heard.forEach((x, i) => {
      const position = newest - 480 + i
      if (position >= newest) expect(x).toBe(0.5)
      else if (position < Math.max(untouched, newest - 240)) expect(x).toBe(0.25)
      else expect(x).toBeGreaterThanOrEqual(heard[i - 1] as number)
    })
  }
})

test('a float that is no number becomes silence', () => {
  const { hear, read } = receiver(48_000)
  hear(
    pcmF32(
      (t) => (t === 0 ? Number.NaN : t === 1 / 48_000 ? Number.POSITIVE_INFINITY : 0.25),
      48_000,
      0,
      128,
    ),
  )
  expect([...read(0, 4)]).toEqual([0, 0, 0.25, 0.25])
})

test('several Opus packets in a message, and PCM behind one of odd length, are all heard', () => {
  const { intake, ring, control } = receiver(48_000)
  const join = (packets: Packet[]) => {
    const message = new Uint8Array(packets.reduce((sum, { bytes }) => sum + bytes.byteLength, 0))
    let end = 0
    for (const { bytes } of packets) {
      message.set(new Uint8Array(bytes), end)
      end += bytes.byteLength
    }
    return message.buffer
  }
  const [rung] = OPUS_RUNGS
  const sent = opus(rung as OpusRung, chord, 48_000, 4800)
  const odd = sent.findIndex(({ bytes }) => bytes.byteLength % 2 === 1)
  // With a constant bit rate all are even: then one of 2 bytes and one of 1 will do, both are frames of silence.
  const first = odd >= 0 ? sent.slice(0, odd + 1) : [...sent.slice(0, 9), silence(sent[8]?.to ?? 0)]
  const from = first.at(-1)?.to ?? 0
  intake.take(
    join([
      ...first,
      ...pcm16(chord, 48_000, from, from + 300),
      ...pcmF32(chord, 48_000, from + 300, from + 600),
    ]),
    0,
  )
  expect(control.get('messagesBad')).toBe(0)
  expect(ring.available(sent[0]?.from ?? 0, 10_000)).toBeGreaterThan(from + 500)
})

/** 2.5 ms of nothing: a table of contents and no more. */
function silence(from: number): Packet {
  const bytes = packet(CODEC.opus, from, 120, 48_000, Uint8Array.of((28 << 3) | 4))
  return { bytes, from, to: from + 120 }
}

test('what comes before the decoder is there waits, is bounded, and is heard', () => {
  const { hear, intake, control, ring } = receiver(48_000, false)
  const [rung] = OPUS_RUNGS
  const packets = opus(rung as OpusRung, chord, 48_000, 48_000)
  hear(packets.slice(0, 300))
  expect(control.get('decoderQueued')).toBe(256)
  expect(control.get('decoderDropped')).toBe(44)
  expect(intake.receivedTo).toBe(packets[299]?.to)
  expect(control.get('newestPosition')).toBe(0)
  intake.startOpus(decoder)
  expect(control.get('decoderQueued')).toBe(0)
  hear(packets.slice(300))
  expect(ring.available(packets[44]?.from ?? 0, 40_000)).toBe(40_000)
  expect(control.get('newestPosition')).toBe(packets.at(-1)?.to)
})

test('what waits for the decoder is let go when PCM comes instead', () => {
  const { hear, control, intake, ring } = receiver(48_000, false)
  const [rung] = OPUS_RUNGS
  hear(opus(rung as OpusRung, chord, 48_000, 4800))
  const waiting = control.get('decoderQueued')
  hear(pcm16(chord, 48_000, 9600, 9700))
  expect(control.get('decoderQueued')).toBe(0)
  expect(control.get('decoderDropped')).toBe(waiting)
  intake.startOpus(decoder)
  expect(ring.available(0, 1)).toBe(0)
})

test('a gap in Opus is a hole of its own length, and what follows is where it belongs', () => {
  const rateHz = 44_100
  const { hear, control, ring } = receiver(rateHz)
  const rung = OPUS_RUNGS[1] as OpusRung
  const packets = opus(rung, chord, rateHz, rateHz)
  hear([...packets.slice(0, 50), ...packets.slice(60)])
  const hole = packets[49]?.to ?? 0
  expect(control.get('packetsMissing')).toBe(10)
  // The resampler keeps 24 frames back and needs as many to begin.
  const missing = ring.missing(Math.ceil(hole), rateHz)
  expect(Math.abs(missing - 10 * 220.5)).toBeLessThan(25)
})

test('packets that are no frame of a rung are bad, and the next good one is heard', () => {
  const { hear, control, intake } = receiver(48_000)
  const rung = OPUS_RUNGS[1] as OpusRung
  const packets = opus(rung, chord, 48_000, 9600)
  hear(packets.slice(0, 3))
  for (const toc of [0x00, 0xff, 28 << 3, (29 << 3) | 1, (12 << 3) | 4])
    intake.take(packet(CODEC.opus, 960, 240, 48_000, Uint8Array.of(toc, 1, 2, 3)), 0)
  expect(control.get('messagesBad')).toBe(5)
  expect(intake.packets).toBe(3)
  hear(packets.slice(3))
  expect(control.get('newestPosition')).toBe(packets.at(-1)?.to)
})

test('when a packet was captured, and how long it takes by design, is told in the stream’s own rate', () => {
  const { hear, times, designs } = receiver(44_100)
  const rung = OPUS_RUNGS[3] as OpusRung
  hear(pcm16(chord, 44_100, 0, 4410))
  hear(fromHistory(opus(rung, chord, 44_100, 8820), 4410, 44_100))
  for (const { position, captureUs } of times) expect(position).toBeCloseTo((captureUs * 44_100) / 1e6, 4)
  // Neither what warms up nor what repeats is news of the network.
  const turn = times.findIndex(({ position }) => position % 128 !== 0)
  expect(times.slice(0, turn)).toHaveLength(35)
  expect(times[turn]?.position).toBeGreaterThan(35 * 128 - 882 - 24)
  expect(designs).toHaveLength(2)
  expect(designs[0]).toBeCloseTo(128 / 44.1, 6)
  expect(designs[1]).toBeCloseTo(20 + 2.5 + 0.5 + 16 / 44.1, 6)
})
