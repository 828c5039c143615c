// Sends the marker of a measurement through the running path to one listener, and takes down when it was where. Everybody
// hears it, so there is one at a time, and a pause after each.
import type { EventEmitter } from 'node:events'
import type { MarkerNews } from '../../shared/capture-messages.ts'
import type { MarkerTimes } from '../../shared/wire/measure.ts'
import type { PacketHeader } from '../../shared/wire/packet.ts'
import type { CaptureSupervisor, SupervisorEvents } from '../capture-supervisor.ts'
import type { Listener } from '../streaming/listener.ts'

/** From the end of one to the next. */
export const PAUSE_MS = 2000
/** A source that has a gap where the marker was to begin, or sends it before the news of it, is asked again. */
const MOST_TRIES = 4
const LEFT_OUT = 'The sound of the marker was left out: too much is on its way to this page. Measure again.'
const LOST = 'The instrument, or this computer, stood still just then. Measure again.'
/** From asking the capture to sending it to the listener. */
export const SEND_MS = 3000

export type MeasureRefusal = 'busy' | 'too-soon' | 'no-source' | 'marker-lost' | 'not-sent' | 'source-lost'

/** Nothing was measured; the message is for a person. */
export class MeasureError extends Error {
  readonly reason: MeasureRefusal
  constructor(reason: MeasureRefusal, message: string) {
    super(message)
    this.name = 'MeasureError'
    this.reason = reason
  }
}

export interface MeasuringOptions {
  capture: EventEmitter<SupervisorEvents> & Pick<CaptureSupervisor, 'putMarker'>
  /** Server clock, µs. */
  nowUs: () => number
  /** From asking to giving up; SEND_MS unless told. */
  sendMs?: number
}

type Found = { -readonly [K in keyof MarkerTimes]?: MarkerTimes[K] }

export class Measuring {
  readonly #options: Required<MeasuringOptions>
  #busy = false
  #endedUs = Number.NEGATIVE_INFINITY

  constructor(options: MeasuringOptions) {
    this.#options = { sendMs: SEND_MS, ...options }
  }

  /** Resolves when the marker has been sent to the listener, who is told before it. Rejects with MeasureError. */
  async measure(listener: Listener): Promise<MarkerTimes> {
    const { nowUs } = this.#options
    if (this.#busy) throw new MeasureError('busy', 'Somebody is measuring just now.')
    if (nowUs() - this.#endedUs < PAUSE_MS * 1000)
      throw new MeasureError('too-soon', 'There was a measurement just now. Wait two seconds.')
    this.#busy = true
    try {
      return await this.#send(listener)
    } finally {
      this.#busy = false
      this.#endedUs = nowUs()
    }
  }

  #send(listener: Listener): Promise<MarkerTimes> {
    const { capture, nowUs, sendMs } = this.#options
    return new Promise((resolve, reject) => {
      let found: Found = {}
      let tries = 0
      const end = (error?: MeasureError) => {
        clearTimeout(timer)
        capture.off('marker', onMarker)
        capture.off('packet', onPacket)
        capture.off('down', onDown)
        listener.watched = undefined
        if (error === undefined) resolve(found as MarkerTimes)
        else reject(error)
      }
      // The child's own account comes another way than its packets, so it may be the last.
      const endIfDone = () => {
        if (found.sentUs !== undefined && found.handedUs !== undefined) end()
      }
      const onMarker = (news: MarkerNews) => {
        if (news.stage === 'planned') {
          found.position = news.position
          const onSend = (isIn: boolean) => {
            if (!isIn) return end(new MeasureError('not-sent', LEFT_OUT))
            found.sentUs = nowUs()
            endIfDone()
          }
          listener.watched = { position: news.position, onSend }
        } else if (news.stage === 'put') {
          if (news.position !== found.position) return
          const { captureUs, mixedUs, handedUs } = news
          Object.assign(found, { captureUs, mixedUs, handedUs })
          endIfDone()
        } else put()
      }
      // Before those who hand it out.
      const onPacket = (_packet: Buffer, { streamId, position }: Readonly<PacketHeader>) => {
        if (found.streamId === undefined && found.position !== undefined) {
          // The news of it waited longer than its sound: the page could not be told in time.
          if (position >= found.position) return put()
          found.streamId = streamId
          listener.sendControl({ type: 'marker', streamId, position: found.position })
        }
        if (position === found.position) found.receivedUs = nowUs()
      }
      const put = () => {
        found = {}
        listener.watched = undefined
        if (tries++ === MOST_TRIES) end(new MeasureError('marker-lost', LOST))
        else if (!capture.putMarker()) end(new MeasureError('no-source', 'No instrument plays just now.'))
      }
      const onDown = () => end(new MeasureError('source-lost', 'The instrument went away. Measure again.'))
      const timer = setTimeout(() => {
        const message = listener.open
          ? 'The marker could not be sent to this page in time: its connection is behind, or its room is not live.'
          : 'The page is not connected any more.'
        end(new MeasureError('not-sent', message))
      }, sendMs)
      capture.on('marker', onMarker)
      capture.prependListener('packet', onPacket)
      capture.on('down', onDown)
      put()
    })
  }
}
