import { type CaptureAnchor, roomPositionAt } from '../../shared/room/room-axis.ts'
import type { Scene } from './group.ts'
import { CaptureLine } from './room/capture-line.ts'

/** What the histories remember of the source. */
export interface Memory {
  /** Stream position; NaN: there is nothing. */
  oldest: number
  /** They hold no more than this, however long it is until they are asked, frames. */
  reachFrames: number
}

/** The end of a history is gone before it can be sent. */
const GONE_S = 0.5
const NO_DELAY = { fromMs: 0, toMs: 0, atUs: 0 }

/** The source as the groups of a room see it. Pure. */
export class SourceLine {
  readonly #line = new CaptureLine()
  #playing = false
  #streamId = 0
  #rateHz = 1

  get streamId(): number {
    return this.#streamId
  }

  begin(streamId: number, rateHz: number, packetFrames: number): void {
    this.#streamId = streamId
    this.#rateHz = rateHz
    this.#playing = true
    this.#line.begin(rateHz, packetFrames)
  }

  end(): void {
    this.#playing = false
  }

  /** Of every packet. True: what was announced has to be placed anew. */
  note(position: number, captureUs: number): boolean {
    const isFirst = this.#line.anchor === undefined
    return this.#line.add(position, captureUs) || isFirst
  }

  scene(nowUs: number, memory: Readonly<Memory>): Scene {
    const anchor = this.#playing ? this.#line.anchor : undefined
    const { oldest } = memory
    const reachFrames = Math.max(0, memory.reachFrames - GONE_S * this.#rateHz)
    return { nowUs, anchor, oldest: Number.isNaN(oldest) ? edgeAt(nowUs, anchor) : oldest, reachFrames }
  }
}

/** What is captured now. */
function edgeAt(nowUs: number, anchor: CaptureAnchor | undefined): number {
  return anchor === undefined ? 0 : roomPositionAt(anchor, NO_DELAY, nowUs)
}
