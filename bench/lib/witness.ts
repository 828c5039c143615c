// What was captured, as it went out: a listener without a browser keeps the stream, so that what was lost before it was captured
// is told from what we lose.
import { CrowdListener, type OnPacket } from './crowd-listener.ts'
import { median } from './statistics.ts'

/** The stream is put so much later than it was captured: nothing is heard before it was played. */
const LATER_MS = 100
const RATE_HZ = 44_100
const BYTES_PER_FRAME = 4
/** Packets by whose times the stream is put into the recording. */
const PLACING = 400

export interface Testimony {
  /** The left channel on the recording's time, silent where nothing came. */
  left: Float32Array
  /** Frames of it that were not sent. What was never captured is none, though the server says so: it counts on without it. */
  holes: { fromFrame: number; toFrame: number }[]
}

interface Piece {
  sequence: number
  position: number
  captureUs: number
  left: Int16Array
}

export class Witness {
  readonly #listener: CrowdListener
  #streamId = 0
  /** Of the stream that is heard last. */
  #pieces: Piece[] = []

  private constructor(url: string) {
    this.#listener = new CrowdListener(url, false, this.#hear)
  }

  /** Listens from now on, uncompressed, to the server at this http address. */
  static async at(serverUrl: string): Promise<Witness> {
    const witness = new Witness(`${serverUrl.replace(/^http/, 'ws')}/ws/audio`)
    await witness.#listener.start()
    return witness
  }

  stop(): void {
    this.#listener.stop()
  }

  /** `startMonotonicMs`: when the first frame of the recording was, by CLOCK_MONOTONIC; `frames`: how long it is. */
  tell(startMonotonicMs: number, frames: number): Testimony {
    return testimony(this.#pieces, startMonotonicMs, frames)
  }

  readonly #hear: OnPacket = ({ streamId, sequence, position, frames, captureUs }, view, payload) => {
    if (streamId !== this.#streamId) this.#pieces = []
    this.#streamId = streamId
    const left = new Int16Array(frames)
    for (let i = 0; i < frames; i++) left[i] = view.getInt16(payload + i * BYTES_PER_FRAME, true)
    this.#pieces.push({ sequence, position, captureUs, left })
  }
}

/** The pieces by their positions, the first by the time at which it was captured. */
export function testimony(pieces: readonly Piece[], startMonotonicMs: number, frames: number): Testimony {
  const framesPerMs = RATE_HZ / 1000
  const offset = Math.round(
    median(
      pieces
        .slice(0, PLACING)
        .map(
          ({ position, captureUs }) =>
            (captureUs / 1000 - startMonotonicMs + LATER_MS) * framesPerMs - position,
        ),
    ),
  )
  const left = new Float32Array(frames)
  const holes: Testimony['holes'] = []
  let next = Number.NEGATIVE_INFINITY
  let expected = Number.NaN
  for (const { sequence, position, left: piece } of pieces) {
    const at = position + offset
    if (at > next && sequence !== expected) holes.push({ fromFrame: next, toFrame: at })
    for (let i = Math.max(0, -at); i < piece.length && at + i < frames; i++)
      left[at + i] = (piece[i] ?? 0) / 32_768
    next = Math.max(next, at + piece.length)
    expected = sequence + 1
  }
  holes.push({ fromFrame: next, toFrame: Number.POSITIVE_INFINITY })
  return { left, holes }
}
