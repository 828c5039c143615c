// A device that was in use and is away is looked for by a child that is there already: a look is a small part of what a start costs.
import { setTimeout as wait } from 'node:timers/promises'
import { InputError } from './inputs/input.ts'

/** A look takes 25 to 35 ms of processor time (ALSA, with and without PipeWire). */
const EVERY_MS = 1000
/** Then the child ends, and another one begins anew; less than the server waits for one to be ready. */
const FOR_MS = 8000

/** Opens as soon as that can be done. Throws the last InputError when it can not for 8 s. */
export async function openWhenThere<T>(open: () => Promise<T>): Promise<T> {
  for (let passedMs = 0; ; passedMs += EVERY_MS) {
    try {
      return await open()
    } catch (error) {
      if (!(error instanceof InputError) || passedMs >= FOR_MS) throw error
    }
    await wait(EVERY_MS)
  }
}
