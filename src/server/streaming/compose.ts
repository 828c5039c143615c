import { FLAG_GAP, FLAG_WARM_UP } from '../../shared/wire/packet.ts'
import type { History } from './history.ts'
import { openFrame, payloadStart } from './ws-frame.ts'

const FLAGS_AT = 1

/**
 * Packets `first` to `end` of `history` back to back in one framed message, copied. Those before `play` are flagged to
 * be decoded and not played; with `gap`, the first that is played says that there is one before it.
 */
export function compose(history: History, first: number, play: number, end: number, gap: boolean): Buffer {
  let bytes = 0
  for (let i = first; i < end; i++) {
    const frame = history.frameAt(i)
    bytes += frame.length - payloadStart(frame)
  }
  const message = openFrame(bytes)
  let at = message.length - bytes
  for (let i = first; i < end; i++) {
    const frame = history.frameAt(i)
    const from = payloadStart(frame)
    frame.copy(message, at, from)
    const flags = message[at + FLAGS_AT] as number
    if (i < play) message[at + FLAGS_AT] = flags | FLAG_WARM_UP
    else if (i === play && gap) message[at + FLAGS_AT] = flags | FLAG_GAP
    at += frame.length - from
  }
  return message
}
