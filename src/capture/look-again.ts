// A device that was in use and is away is looked for by a child that is there already: a look is a small part of what a start costs.
import { setTimeout as wait } from 'node:timers/promises'
import { InputError } from './inputs/input.ts'

/** A look takes 25 to 35 ms of processor time (ALSA, with and without PipeWire). */
const EVERY_MS = 1000
/** Then the child ends, and another one begins anew; less than the server waits for one to be ready. */
const FOR_MS = 8000
/** A driver may take seconds for a look: none begins that could end later. */
const MOST_MS = 9000

/** Opens as soon as that can be done. Throws the last InputError when it can not for 8 s, however long a look takes. */
export async function openWhenThere<T>(open: () => Promise<T>): Promise<T> {
  const startMs = performance.now()
  for (;;) {
    const lookMs = performance.now()
    try {
      return await open()
    } catch (error) {
      const nowMs = performance.now()
      const nextEndsMs = nowMs + EVERY_MS + (nowMs - lookMs)
      const isOver = nowMs - startMs >= FOR_MS || nextEndsMs - startMs > MOST_MS
      if (isOver || !(error instanceof InputError)) throw error
    }
    await wait(EVERY_MS)
  }
}
