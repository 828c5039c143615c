// What a client sends that means no good or is badly off, and what a server has to make of it.
import { Compile } from 'typebox/compile'
import type { Random } from '../../bench/sim/random.ts'
import { ClientMessage } from '../../src/shared/wire/client-schema.ts'
import { type ControlErrorReason, MAX_CONTROL_BYTES } from '../../src/shared/wire/control.ts'
import { CLIENT_MESSAGES, mutateBytes, mutateText, PACKETS, pick } from './mutate.ts'

export type Counts = Record<ControlErrorReason, number>

export const zero = (): Counts => ({
  'not-json': 0,
  'bad-message': 0,
  'too-long': 0,
  binary: 0,
  forbidden: 0,
  'bad-transport': 0,
})
export const total = (counts: Counts) => Object.values(counts).reduce((sum, count) => sum + count, 0)

const wellFormed = Compile(ClientMessage)

/** A good message, or the reason it has to be refused for; `mayWish`: a controller's. Text is a string, whatever else is binary. */
export function judge(message: string | ArrayBuffer, mayWish = false): ClientMessage | ControlErrorReason {
  if (typeof message !== 'string') return 'binary'
  const bytes = Buffer.from(message)
  if (bytes.length > MAX_CONTROL_BYTES) return 'too-long'
  try {
    const parsed: unknown = JSON.parse(String(bytes))
    if (!wellFormed.Check(parsed)) return 'bad-message'
    const isWish = parsed.type === 'transport' || parsed.type === 'set_room'
    return isWish && !mayWish ? 'forbidden' : parsed
  } catch {
    return 'not-json'
  }
}

/** Undefined: it is a good message. */
export function faultOf(message: string | ArrayBuffer): ControlErrorReason | undefined {
  const judged = judge(message)
  return typeof judged === 'string' ? judged : undefined
}

/** Mutated, now and then binary or far too long. */
export function badMessage(random: Random): string | ArrayBuffer {
  const kind = random.next()
  if (kind < 0.1) return mutateBytes(random, pick(random, PACKETS), pick(random, PACKETS)).slice(0, 4000)
  if (kind < 0.2) return 'x'.repeat(1 + Math.floor(random.next() * 4 * MAX_CONTROL_BYTES))
  return mutateText(random, pick(random, CLIENT_MESSAGES), pick(random, CLIENT_MESSAGES))
}

const ODD = [0, 0.5, 1, 127, 44_100, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 1e15, 1e300, 5e-324]

/** A receipt that is a receipt and can not be true: of other streams, out of order, from the future, of no size. */
export function oddReceipt(random: Random): string {
  const count = () => Math.min(Number.MAX_SAFE_INTEGER, Math.floor(pick(random, ODD)))
  return JSON.stringify({
    type: 'receipt',
    streamId: Math.floor(random.next() < 0.7 ? 1 + random.next() * 3 : random.next() * 2 ** 32),
    position: random.next() < 0.5 ? pick(random, ODD) : random.next() * 1e6,
    packets: count(),
    bytes: count(),
    latenessMs: random.next() * 60_000,
    targetMs: random.next() * 120_000,
    episodes: count(),
    opus: random.next() < 0.5,
  })
}
