import { CODEC, HEADER_BYTES, writeHeader } from '../../src/shared/wire/packet.ts'

export interface FakePackets {
  /** Frames of the stream; the packets that hold them are whole. */
  from: number
  to: number
  /** Per packet. */
  frames: number
  rateHz: number
  /** Of a frame, in steps of 16 bits. */
  sound: (frame: number) => number
  float?: boolean
  streamId?: number
  flags?: number
}

/** For tests: one message of PCM packets of stream 7, whose capture began at 0 of the server clock. */
export function fakePackets(options: FakePackets): ArrayBuffer {
  const { frames, rateHz, sound, float = false, streamId = 7, flags = 0 } = options
  const first = Math.floor(options.from / frames)
  const count = Math.ceil(options.to / frames) - first
  const payloadBytes = frames * (float ? 8 : 4)
  const message = new ArrayBuffer(count * (HEADER_BYTES + payloadBytes))
  const view = new DataView(message)
  for (let i = 0; i < count; i++) {
    const position = (first + i) * frames
    const at = i * (HEADER_BYTES + payloadBytes)
    writeHeader(view, at, {
      ...{ flags, codec: float ? CODEC.pcmF32 : CODEC.pcm16, channels: 2, frames, payloadBytes, streamId },
      ...{ sequence: first + i, position, captureUs: (position * 1e6) / rateHz },
    })
    for (let n = 0; n < 2 * frames; n++) {
      const step = sound(position + (n >> 1))
      if (float) view.setFloat32(at + HEADER_BYTES + 4 * n, step / 32768, true)
      else view.setInt16(at + HEADER_BYTES + 2 * n, step, true)
    }
  }
  return message
}
