import { importAgain } from './import-again.ts'

/** An Opus decoder that is ready. Thread: worker. */
export interface OpusDecoder {
  /**
   * Decodes one Opus frame, stereo, 48 kHz, and returns how many frames there are in `left` and `right`, which are valid until
   * the next call; 0 when the packet can not be decoded. Does not throw for anything that is in a packet.
   */
  decode(packet: Uint8Array): number
  readonly left: Float32Array
  readonly right: Float32Array
}

export type LoadOpus = () => Promise<OpusDecoder>

type Library = Pick<typeof import('opus-decoder'), 'OpusDecoder'>

// The bundler reads the first: its file gets a name of its own, and holds what is taken here.
const importLibrary = importAgain<Library>(
  () => import('opus-decoder').then(({ OpusDecoder }) => ({ OpusDecoder })),
  (address) => import(/* @vite-ignore */ address),
)

/**
 * Loads the decoder and starts it. It is WebAssembly and a chunk of its own: who hears PCM does not wait for it.
 * Rejects when it can not be loaded or compiled.
 */
export async function loadOpusDecoder(): Promise<OpusDecoder> {
  const { OpusDecoder } = await importLibrary()
  const decoder = new OpusDecoder({ channels: 2, preSkip: 0 })
  await decoder.ready
  return new WasmDecoder(decoder)
}

const NONE = new Float32Array(0)

/** The part of the library's decoder this needs. */
interface FrameDecoder {
  decodeFrame(packet: Uint8Array): { channelData: Float32Array[]; samplesDecoded: number }
}

class WasmDecoder implements OpusDecoder {
  readonly #decoder: FrameDecoder
  left: Float32Array = NONE
  right: Float32Array = NONE

  constructor(decoder: FrameDecoder) {
    this.#decoder = decoder
  }

  decode(packet: Uint8Array): number {
    const { channelData, samplesDecoded } = this.#decoder.decodeFrame(packet)
    this.left = channelData[0] ?? NONE
    this.right = channelData[1] ?? NONE
    return Math.min(samplesDecoded, this.left.length, this.right.length)
  }
}
