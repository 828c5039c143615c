// The marker through the page's own half of the path: packets as the server sends them, ring, playout, detection.
import OpusScript from 'opusscript'
import { beforeAll, expect, test } from 'vitest'
import { markerSound } from '../../src/shared/dsp/marker.ts'
import { MarkerWatch } from '../../src/shared/playout/marker-watch.ts'
import { Playout } from '../../src/shared/playout/playout.ts'
import { ControlBlock, createControlBlock } from '../../src/shared/ring/control-block.ts'
import { createSampleRing, SampleRing } from '../../src/shared/ring/sample-ring.ts'
import { OPUS_LOOKAHEAD_FRAMES, OPUS_RATE_HZ, type OpusRung, RUNGS } from '../../src/shared/rungs.ts'
import type { AudioConfig } from '../../src/shared/wire/control.ts'
import { CODEC, emptyHeader, HEADER_BYTES, writeHeader } from '../../src/shared/wire/packet.ts'
import { CurrentStream } from './current-stream.ts'
import { loadOpusDecoder, type OpusDecoder } from './decode/opus-loader.ts'
import { fakeConfig } from './fake-config.ts'

const RATE_HZ = 44_100
const CONTEXT_HZ = 48_000
const STREAM = 7
const PCM_FRAMES = 128
const QUANTUM = 128
const LENGTH_S = 1.2
/** Where the marker begins: a block of the capture. */
const MARKER = 280 * PCM_FRAMES
/** Packets arrive so long after their last frame was captured, ms. */
const WAY_MS = 4

interface Sent {
  bytes: ArrayBuffer
  atMs: number
}

let decoder: OpusDecoder
beforeAll(async () => {
  decoder = await loadOpusDecoder()
})

/** A chord with overtones, and with `marked` the marker in it. At a rate of one's own choice. */
function sound(rateHz: number, marked: boolean): Float32Array {
  const music = Float32Array.from({ length: Math.round(LENGTH_S * rateHz) }, (_, i) => {
    let sum = 0
    for (const hz of [196, 246.9, 293.7])
      for (let k = 1; k < 12; k++) sum += Math.sin((2 * Math.PI * k * hz * i) / rateHz) / k ** 1.5
    return 0.05 * sum
  })
  if (!marked) return music
  // Between two frames of 48 kHz: the marker of a finer rate, every so many frames of it.
  const fine = markerSound(rateHz * 16)
  const at = (MARKER * rateHz) / RATE_HZ
  for (let i = Math.ceil(at); i - at < 0.012 * rateHz; i++)
    music[i] = (music[i] as number) + (fine[Math.round((i - at) * 16)] ?? 0)
  return music
}

function packet(codec: number, position: number, frames: number, rateHz: number, payload: Uint8Array): Sent {
  const bytes = new ArrayBuffer(HEADER_BYTES + payload.length)
  writeHeader(new DataView(bytes), 0, {
    ...emptyHeader(),
    ...{ codec, channels: 2, frames, payloadBytes: payload.length, streamId: STREAM },
    ...{ position, captureUs: (position * 1e6) / rateHz },
  })
  new Uint8Array(bytes, HEADER_BYTES).set(payload)
  return { bytes, atMs: ((position + frames) * 1000) / rateHz + WAY_MS }
}

function stereo(music: Float32Array, from: number, frames: number): Int16Array {
  return Int16Array.from({ length: 2 * frames }, (_, i) => Math.round((music[from + (i >> 1)] ?? 0) * 32768))
}

function pcm(marked: boolean): Sent[] {
  const music = sound(RATE_HZ, marked)
  return Array.from({ length: Math.floor(music.length / PCM_FRAMES) }, (_, n) => {
    const samples = stereo(music, n * PCM_FRAMES, PCM_FRAMES)
    return packet(CODEC.pcm16, n * PCM_FRAMES, PCM_FRAMES, RATE_HZ, new Uint8Array(samples.buffer))
  })
}

/** As the server encodes: constant bit rate, complexity 5. */
function opus(rung: OpusRung, marked: boolean): Sent[] {
  const encoder = new OpusScript(OPUS_RATE_HZ, 2, OpusScript.Application.RESTRICTED_LOWDELAY)
  encoder.setBitrate(rung.bitsPerSecond)
  encoder.encoderCTL(4006, 0)
  encoder.encoderCTL(4010, 5)
  const music = sound(OPUS_RATE_HZ, marked)
  const frames = (OPUS_RATE_HZ * rung.packetMs) / 1000
  const sent: Sent[] = []
  for (let at = 0; at + frames <= music.length; at += frames) {
    const payload = encoder.encode(Buffer.from(stereo(music, at, frames).buffer), frames)
    const position = at - OPUS_LOOKAHEAD_FRAMES
    if (position >= 0) sent.push(packet(CODEC.opus, position, frames, OPUS_RATE_HZ, payload))
  }
  encoder.delete()
  return sent
}

/** Plays all of it in virtual time; what the control block says then, and where the marker was due in the output. */
function play(sent: readonly Sent[]) {
  const ring = createSampleRing()
  const shared = createControlBlock()
  const control = new ControlBlock(shared)
  const stream = new CurrentStream({
    ...{ ring, control, targetMs: 0, post: () => {} },
    dueTo: () => Number.POSITIVE_INFINITY,
  })
  stream.configure(fakeConfig(PCM_FRAMES) as AudioConfig, 0)
  stream.startOpus(decoder, 0)
  stream.intake.marker.expect(MARKER)
  const worklet = new ControlBlock(shared, 0)
  const playout = new Playout({ ring: new SampleRing(ring), control: worklet, contextRateHz: CONTEXT_HZ })
  const watch = new MarkerWatch(worklet, CONTEXT_HZ)
  playout.openStream(1, RATE_HZ)
  const left = new Float32Array(QUANTUM)
  const right = new Float32Array(QUANTUM)
  let next = 0
  let dueFrame = Number.NaN
  for (let frame = 0; frame < LENGTH_S * CONTEXT_HZ; frame += QUANTUM) {
    const nowMs = (frame * 1000) / CONTEXT_HZ
    for (; (sent[next]?.atMs ?? Number.POSITIVE_INFINITY) <= nowMs; next++)
      stream.take((sent[next] as Sent).bytes, (sent[next] as Sent).atMs)
    playout.render(left, right, frame, nowMs)
    const zero = worklet.get('contextZeroPosition')
    const leaves = ((MARKER - zero) * CONTEXT_HZ) / RATE_HZ
    if (leaves >= frame && leaves < frame + QUANTUM) dueFrame = leaves
    watch.look(left, right, frame)
  }
  return { control, dueFrame }
}

const RUNG_SENDERS = RUNGS.filter((rung): rung is OpusRung => rung.codec === 'opus').map(
  (rung) => [rung.name, (marked: boolean) => opus(rung, marked)] as const,
)

test.each([['pcm16', pcm] as const, ...RUNG_SENDERS])(
  'over %s the marker leaves the worklet where its position does',
  (_name, send) => {
    const { control, dueFrame } = play(send(true))
    expect(control.get('markerSerial')).toBe(1)
    expect(control.get('markerDone')).toBe(1)
    expect(Math.abs(control.get('markerFrame') - dueFrame)).toBeLessThan(1)
    expect(control.get('markerScore')).toBeGreaterThan(15)
    // 128 frames are rendered at a time, each when it is due.
    const leftMs = (control.get('markerFrame') * 1000) / CONTEXT_HZ
    expect(Math.abs(control.get('markerMs') - leftMs)).toBeLessThan(1)
    // It is told of the packet it came in.
    const into = control.get('markerPosition') - control.get('markerFrom')
    expect(into).toBeGreaterThanOrEqual(0)
    expect(into).toBeLessThan(0.02 * RATE_HZ)
  },
)

test('music without a marker is looked through, and nothing is found', () => {
  const { control } = play(pcm(false))
  expect(control.get('markerDone')).toBe(1)
  expect(control.get('markerFrame')).toBeNaN()
})
