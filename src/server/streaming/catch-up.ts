// What a listener is sent who is not sent what everybody is: it is behind, or its group is behind live, or a segment
// of its group begins. Thread: main. Nothing here waits.
import { OPUS_WARM_UP_MS, type Rung } from '../../shared/rungs.ts'
import { compose } from './compose.ts'
import type { History } from './history.ts'
import { EXPIRED_MS, GRACE_MS } from './limits.ts'
import type { Listener } from './listener.ts'
import type { Place } from './place.ts'

/** A rung, as far as it is remembered. */
export interface Remembered {
  rung: Rung
  history: History
  framesPerMs: number
}

/** Packets `first` to `end`, whose news is the audio `from` … `to` of the room axis. */
interface Part {
  first: number
  end: number
  from: number
  to: number
}

/** Positions of Opus are not whole; nothing is cut that fine. Frames. */
const NEARLY = 0.5

/** Sends up to `mostMs` of audio of what comes next. Returns whether that was all there is for it now. */
export function catchUp(remembered: Remembered, listener: Listener, mostMs: number): boolean {
  const { history, framesPerMs } = remembered
  const { place } = listener
  const isBack = listener.reroute()
  if (history.length === 0) return false
  const edge = history.newestTo
  if (isBack) place.graceTo = edge + GRACE_MS * framesPerMs
  if (Number.isNaN(place.next)) place.goTo(history.fromAt(history.length - 1))
  leaveOutExpired(remembered, listener)
  leaveOutForgotten(history, listener)
  let isAll = false
  for (let leftMs = mostMs; leftMs > 0; ) {
    const part = nextPart(history, place, leftMs * framesPerMs)
    isAll = part === undefined
    if (part === undefined || !offer(remembered, listener, part)) break
    leftMs -= (part.to - part.from) / framesPerMs
    isAll = place.next > edge - NEARLY
  }
  place.behindMs = isAll ? 0 : Math.max(0, (edge - place.next) / framesPerMs)
  return isAll
}

/** Leaves out what would come too late for a listener that is behind. */
function leaveOutExpired({ history, framesPerMs }: Remembered, listener: Listener): void {
  const { place, patienceMs, route } = listener
  if (!place.behind) return
  const edge = history.newestTo
  const usefulMs = route.delayMs + EXPIRED_MS
  const isGrace = edge < place.graceTo || patienceMs === 0
  const oldest = Math.round(edge - (isGrace ? Math.max(usefulMs, patienceMs) : patienceMs) * framesPerMs)
  if (place.next >= oldest) return
  const { shift } = place.segment
  const packets = history.indexAfter(oldest - shift) - history.indexAfter(place.next - shift + NEARLY)
  place.goTo(oldest)
  if (packets > 0) listener.leaveOut('inFlight', packets)
}

/**
 * Leaves out what is not remembered any more. Of a segment that reaches further back than the history that is everything:
 * both go on alike.
 */
function leaveOutForgotten(history: History, listener: Listener): void {
  const { place } = listener
  const packetFrames = history.toAt(0) - history.fromAt(0)
  for (;;) {
    if (place.next >= place.until) place.goTo(place.next)
    const there = Math.min(history.fromAt(0) + place.segment.shift, place.until, history.newestTo)
    const packets = Math.floor((there - place.next + NEARLY) / packetFrames)
    if (packets < 1) return
    place.goTo(there)
    listener.leaveOut('inFlight', packets)
  }
}

/** What can be sent next, of one segment, `mostFrames` or one packet; undefined: nothing yet. */
function nextPart(history: History, place: Place, mostFrames: number): Part | undefined {
  const edge = history.newestTo
  for (;;) {
    if (place.next >= place.until) place.goTo(place.next)
    const { segment, until, next } = place
    const { shift } = segment
    const first = history.indexAfter(next - shift + NEARLY)
    if (first === history.length) return undefined
    // Packets are not cut, so the last may hold a little of what comes after: the page cuts.
    const before = Math.min(edge, until) - shift - NEARLY
    const begin = history.fromAt(first)
    if (begin < before) {
      let end = first + 1
      while (end < history.length && history.fromAt(end) < before && history.toAt(end) - begin <= mostFrames)
        end++
      const to = Math.min(history.toAt(end - 1) + shift, until)
      return { first, end, from: Math.max(begin + shift, next), to }
    }
    // The source lost what the rest of the segment would have been.
    if (until > edge) return undefined
    place.goTo(until)
  }
}

/** Sends the part, or leaves it out; false: it can not be sent now. */
function offer(remembered: Remembered, listener: Listener, part: Part): boolean {
  const { history, rung, framesPerMs } = remembered
  const { place } = listener
  const { first, end, from, to } = part
  const bytes = (end - first) * history.frameAt(first).length
  const admission = listener.admit(bytes, (to - from) / framesPerMs, end - first)
  if (admission === 'wait') return false
  if (admission === 'skip') {
    place.next = to
    return true
  }
  // From before what is remembered, or of what was left out.
  const { shift } = place.segment
  const isGap = admission === 'resume' || (first === 0 && history.fromAt(0) > place.next - shift + 1)
  if (place.untold) listener.tellSegment()
  let warm = first
  if (rung.codec === 'opus') {
    const missed = history.fromAt(first) - OPUS_WARM_UP_MS * framesPerMs
    warm = Math.min(first, history.indexAfter(Math.max(missed, listener.decodedTo - shift) + NEARLY))
  }
  listener.sendAudio(compose(history, warm, first, end, isGap), from, to, end - warm)
  return true
}
