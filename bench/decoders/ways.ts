// Two ways to have a packet of Opus decoded in a worker, and one that does nothing. Runs in the browser.
import { loadOpusDecoder } from '../../web/network/decode/opus-loader.ts'

export const WAYS = ['nothing', 'opus-decoder', 'WebCodecs'] as const
export type WayName = (typeof WAYS)[number]

/** `onFrames`: told in order, once samples are in the worker's own memory. */
export type OnFrames = (frames: number, left: Float32Array) => void

export interface Way {
  decode(packet: Uint8Array): void
  /** Resolves when all has come out that will. */
  flush(): Promise<void>
}

/** Of WebCodecs what is used here. */
interface AudioData {
  readonly numberOfFrames: number
  copyTo(to: Float32Array, options: { planeIndex: number; format: 'f32-planar' }): void
  close(): void
}
interface Decoder {
  configure(config: { codec: string; sampleRate: number; numberOfChannels: number }): void
  decode(chunk: object): void
  flush(): Promise<void>
}
interface Global {
  AudioDecoder: new (init: { output: (data: AudioData) => void; error: (error: Error) => void }) => Decoder
  EncodedAudioChunk: new (init: { type: 'key'; timestamp: number; data: Uint8Array }) => object
}

const PACKET_US = 5000

export async function openWay(name: WayName, onFrames: OnFrames): Promise<Way> {
  if (name === 'opus-decoder') return await openWasm(onFrames)
  if (name === 'WebCodecs') return openWebCodecs(onFrames)
  const none = new Float32Array(240)
  return { decode: () => onFrames(none.length, none), flush: async () => {} }
}

async function openWasm(onFrames: OnFrames): Promise<Way> {
  const decoder = await loadOpusDecoder()
  return {
    decode: (packet) => onFrames(decoder.decode(packet), decoder.left),
    flush: async () => {},
  }
}

function openWebCodecs(onFrames: OnFrames): Way {
  const { AudioDecoder, EncodedAudioChunk } = globalThis as unknown as Global
  const left = new Float32Array(5760)
  const right = new Float32Array(5760)
  const decoder = new AudioDecoder({
    output(data) {
      const frames = data.numberOfFrames
      data.copyTo(left.subarray(0, frames), { planeIndex: 0, format: 'f32-planar' })
      data.copyTo(right.subarray(0, frames), { planeIndex: 1, format: 'f32-planar' })
      data.close()
      onFrames(frames, left)
    },
    error(error) {
      throw error // an error of the worker, which ends the bench
    },
  })
  decoder.configure({ codec: 'opus', sampleRate: 48_000, numberOfChannels: 2 })
  let timestamp = 0
  return {
    decode(packet) {
      decoder.decode(new EncodedAudioChunk({ type: 'key', timestamp, data: packet }))
      timestamp += PACKET_US
    },
    flush: () => decoder.flush(),
  }
}
