// libopus as opusscript brings it, compiled to WebAssembly. Its own wrapper is passed by: that takes a byte per
// sample of 16 bits and lays them at twice the address it was given memory at, where with several encoders something
// else may live.
import { createRequire } from 'node:module'
import { MIX_CHANNELS } from '../../../shared/audio-format.ts'
import { OPUS_RATE_HZ, type OpusRung } from '../../../shared/rungs.ts'
import { MAX_OPUS_BYTES } from '../../../shared/wire/packet.ts'

/** What is used of the module. Its memory may grow, and then the views are others. */
interface OpusModule {
  readonly HEAP16: Int16Array
  readonly HEAPU8: Uint8Array
  _malloc(bytes: number): number
  _free(pointer: number): void
  OpusScriptHandler: new (rateHz: number, channels: number, application: number) => OpusHandler
}

interface OpusHandler {
  /** `bytes`: how many samples are to be put together from bytes first; 0 where Int16 lies there already. */
  _encode(pcmPointer: number, bytes: number, packetPointer: number, frames: number): number
  _encoder_ctl(request: number, value: number): number
  delete(): void
}

const RESTRICTED_LOWDELAY = 2051
const SET_BITRATE = 4002
const SET_VBR = 4006
const SET_COMPLEXITY = 4010
const SET_PACKET_LOSS_PERC = 4014
const SET_DTX = 4016
const SET_VBR_CONSTRAINT = 4020
const SET_SIGNAL = 4024
const SIGNAL_MUSIC = 3002
const RESET_STATE = 4028
const SET_LSB_DEPTH = 4036
/**
 * Told to expect losses, the encoder leans less on what came before: a decoder that begins in the middle, after a switch of
 * rungs or a skip, is right after 120 ms instead of 240, at 0.15–0.5 dB of SNR. The warm-up is sent over a link that may be narrow.
 */
const EXPECTED_LOSS_PERCENT = 10
/** What the module may write, whatever the rung asks for. */
const PACKET_ROOM = 3 * (MAX_OPUS_BYTES + 1)

export interface OpusTuning {
  complexity: number
  vbr: boolean
}

/**
 * Chosen by `npm run bench -- codec`. Complexity: 5 brings the pitch filter and takes 0.1–0.3 dB off the error of 4, in
 * critical bands, for 40 % more time; 6 to 10 take off 0.1 at most for up to twice as much. Packets of 2.5 ms gain
 * least by it, and there are most of them: 4. Constant rate: at the same rate VBR is no better (0.1–0.2 dB for 1 % more),
 * and its largest packets are 1.6 times the mean one; what a link must carry is then no longer known beforehand.
 */
export function opusTuning(rung: OpusRung): OpusTuning {
  return { complexity: rung.packetMs === 2.5 ? 4 : 5, vbr: false }
}

let loaded: OpusModule | undefined

/** Loads the codec, in ~20 ms, unless this thread has it already. */
export function loadOpus(): OpusModule {
  loaded ??= (
    createRequire(import.meta.url)('opusscript/build/opusscript_native_wasm.js') as () => OpusModule
  )()
  return loaded
}

/** One encoder. Only the constructor allocates. Throws Error where libopus reports one: a bug of ours. */
export class OpusEncoder {
  readonly rung: OpusRung
  /** Frames of 48 kHz in a packet. */
  readonly frames: number
  readonly #module = loadOpus()
  readonly #handler: OpusHandler
  readonly #pcm: number
  readonly #packet: number

  constructor(rung: OpusRung, tuning = opusTuning(rung)) {
    const { bitsPerSecond, packetMs } = rung
    this.rung = rung
    this.frames = (packetMs * OPUS_RATE_HZ) / 1000
    this.#handler = new this.#module.OpusScriptHandler(OPUS_RATE_HZ, MIX_CHANNELS, RESTRICTED_LOWDELAY)
    this.#pcm = this.#module._malloc(this.frames * MIX_CHANNELS * 2)
    this.#packet = this.#module._malloc(PACKET_ROOM)
    this.#set(SET_BITRATE, bitsPerSecond)
    this.#set(SET_COMPLEXITY, tuning.complexity)
    this.#set(SET_VBR, Number(tuning.vbr))
    this.#set(SET_VBR_CONSTRAINT, 1)
    this.#set(SET_PACKET_LOSS_PERC, EXPECTED_LOSS_PERCENT)
    this.#set(SET_DTX, 0)
    this.#set(SET_SIGNAL, SIGNAL_MUSIC)
    this.#set(SET_LSB_DEPTH, 16)
  }

  /** Copies `frames` frames of interleaved samples, from frame `from` on, to frame `at` of the packet to be. */
  fill(samples: Int16Array, from: number, frames: number, at: number): void {
    const { HEAP16 } = this.#module
    const to = this.#pcm / 2 + at * MIX_CHANNELS
    const first = from * MIX_CHANNELS
    for (let i = 0; i < frames * MIX_CHANNELS; i++) HEAP16[to + i] = samples[first + i] as number
  }

  /** Encodes what was filled in, writes it to `out` at `offset` and returns its bytes. */
  encode(out: Uint8Array, offset: number): number {
    const bytes = this.#handler._encode(this.#pcm, 0, this.#packet, this.frames)
    if (bytes < 0) throw new Error(`Opus can not encode: error ${bytes}`)
    const { HEAPU8 } = this.#module
    for (let i = 0; i < bytes; i++) out[offset + i] = HEAPU8[this.#packet + i] as number
    return bytes
  }

  /** As new: nothing of what was encoded is left in it. */
  reset(): void {
    this.#set(RESET_STATE, 0)
  }

  /** Gives the memory back, but for 46 kB that the module loses with each: use an encoder again rather than make one. */
  free(): void {
    this.#handler.delete()
    this.#module._free(this.#pcm)
    this.#module._free(this.#packet)
  }

  #set(request: number, value: number): void {
    const error = this.#handler._encoder_ctl(request, value)
    if (error < 0) throw new Error(`Opus refuses ${value} for ${request}: error ${error}`)
  }
}
