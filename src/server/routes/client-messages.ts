// What a listener may send, checked: each message by its type, so that what is wrong with one is told, and not that it is
// none of several.
import type { TObject } from 'typebox'
import { Compile } from 'typebox/compile'
import { type ClientMessage, Receipt, SetQuality, TimeSyncRequest } from '../../shared/wire/client-schema.ts'
import { type ControlErrorReason, MAX_CONTROL_BYTES } from '../../shared/wire/control.ts'
import { SetMode, SetRoom, SyncReport, Transport } from '../../shared/wire/room-schema.ts'

export interface Refusal {
  reason: ControlErrorReason
  /** For a person. */
  text: string
}

/** One kind of message. To say what is wrong is for the few that are, and costs a few µs: TypeBox itself takes 50 to 280. */
class Kind {
  readonly #whole
  readonly #parts: { name: string; wanted: string; optional: boolean; check: (value: unknown) => boolean }[]

  constructor(schema: TObject) {
    this.#whole = Compile(schema)
    const required: readonly string[] = schema.required ?? []
    this.#parts = Object.entries(schema.properties).map(([name, part]) => {
      const compiled = Compile(part)
      const check = (value: unknown) => compiled.Check(value)
      return { name, wanted: JSON.stringify(part), optional: !required.includes(name), check }
    })
  }

  is(message: object): boolean {
    return this.#whole.Check(message)
  }

  /** Of a message that is not as it should be. */
  fault(message: Readonly<Record<string, unknown>>): string {
    for (const { name, wanted, optional, check } of this.#parts) {
      if (Object.hasOwn(message, name)) {
        if (!check(message[name])) return `"${name}" must be ${wanted}`
      } else if (!optional) return `"${name}" is missing`
    }
    return `Nothing but ${this.#parts.map(({ name }) => `"${name}"`).join(', ')} belongs into it`
  }
}

const kinds = {
  time_sync_batch: new Kind(TimeSyncRequest),
  receipt: new Kind(Receipt),
  set_quality: new Kind(SetQuality),
  set_mode: new Kind(SetMode),
  sync_report: new Kind(SyncReport),
  transport: new Kind(Transport),
  set_room: new Kind(SetRoom),
} as const satisfies Record<ClientMessage['type'], unknown>

/** The message, or what it is refused for. Never throws. */
export function readClientMessage(bytes: Buffer, isBinary: boolean): ClientMessage | Refusal {
  if (isBinary) return { reason: 'binary', text: 'Listeners send text only.' }
  if (bytes.length > MAX_CONTROL_BYTES)
    return { reason: 'too-long', text: `A message has at most ${MAX_CONTROL_BYTES} bytes.` }
  let message: unknown
  try {
    message = JSON.parse(bytes.toString())
  } catch {
    return { reason: 'not-json', text: 'The message is not JSON.' }
  }
  const type = typeOf(message)
  if (type === undefined) return { reason: 'bad-message', text: 'not a known message' }
  const kind = kinds[type]
  if (kind.is(message as object)) return message as ClientMessage
  return { reason: 'bad-message', text: `${type}: ${kind.fault(message as Record<string, unknown>)}.` }
}

function typeOf(message: unknown): ClientMessage['type'] | undefined {
  if (typeof message !== 'object' || message === null || !('type' in message)) return undefined
  const { type } = message
  return typeof type === 'string' && Object.hasOwn(kinds, type) ? (type as ClientMessage['type']) : undefined
}
