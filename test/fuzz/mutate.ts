// Cheap to make and likely to hurt: what is sent on a bad day is a good message that something happened to.

import type { Random } from '../../bench/sim/random.ts'
import corpus from './corpus.json' with { type: 'json' }

/** Messages of audio packets, good and bad, server → browser. */
export const PACKETS: readonly Uint8Array[] = corpus.packets.map(({ hex }) => Buffer.from(hex, 'hex'))
/** Control messages, good and bad. */
export const SERVER_MESSAGES: readonly string[] = corpus.serverMessages
export const CLIENT_MESSAGES: readonly string[] = corpus.clientMessages

const EDGES = [0, 1, 2, 3, 0x7f, 0x80, 0xfe, 0xff]
const PIECES = [
  'null',
  'NaN',
  '-1',
  '1e999',
  '9007199254740993',
  '""',
  '[]',
  '{}',
  '\\u0000',
  '"',
  '}',
  ',',
  '😀',
]

export function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random.next() * from.length)] as T
}

/** `message` with something done to it: nothing, bits flipped, bytes set, cut, grown, doubled, or two of them in one. */
export function mutateBytes(random: Random, message: Uint8Array, other: Uint8Array): ArrayBuffer {
  const kind = random.next()
  if (kind < 0.15) return copyOf(message)
  if (kind < 0.25) return copyOf(message.subarray(0, Math.floor(random.next() * (message.length + 1))))
  if (kind < 0.32) return copyOf(message, other)
  if (kind < 0.37) return copyOf(message, other.subarray(Math.floor(random.next() * other.length)))
  if (kind < 0.4) return copyOf(message, noise(random, Math.floor(random.next() * 64)))
  if (kind < 0.43) return copyOf(noise(random, Math.floor(random.next() * 256)))
  if (kind < 0.4302) return copyOf(message, new Uint8Array(100_000))
  const out = copyOf(message)
  const bytes = new Uint8Array(out)
  if (bytes.length === 0) return out
  // Half of what happens, happens to a header: the rest of the bytes is only sound.
  const reach = random.next() < 0.5 ? Math.min(32, bytes.length) : bytes.length
  for (let times = 1 + Math.floor(random.next() * 3); times > 0; times--) {
    const at = Math.floor(random.next() * reach)
    if (random.next() < 0.5) bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random.next() * 8))
    else bytes[at] = random.next() < 0.7 ? pick(random, EDGES) : Math.floor(random.next() * 256)
  }
  return out
}

/** The same for text. */
export function mutateText(random: Random, message: string, other: string): string {
  const kind = random.next()
  const at = Math.floor(random.next() * (message.length + 1))
  const to = at + Math.floor(random.next() * 12)
  if (kind < 0.2) return message
  if (kind < 0.3) return message.slice(0, at)
  if (kind < 0.45) return message.slice(0, at) + message.slice(to)
  if (kind < 0.65) return message.slice(0, at) + pick(random, PIECES) + message.slice(to)
  if (kind < 0.75) return message.slice(0, at) + other.slice(at)
  if (kind < 0.8) return message + other
  const code = Math.floor(random.next() * (random.next() < 0.9 ? 128 : 0xd800))
  return message.slice(0, at) + String.fromCharCode(code) + message.slice(at + 1)
}

function noise(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => Math.floor(random.next() * 256))
}

function copyOf(first: Uint8Array, second?: Uint8Array): ArrayBuffer {
  const out = new Uint8Array(first.length + (second?.length ?? 0))
  out.set(first)
  if (second) out.set(second, first.length)
  return out.buffer
}
