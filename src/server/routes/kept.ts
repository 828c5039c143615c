import { HttpError } from '../http-error.ts'
import { KeepingError, type KeepingFault } from '../keeping-error.ts'

const STATUS: Readonly<Record<KeepingFault, number>> = {
  'presets-full': 409,
  'invites-full': 409,
  'disk-full': 507,
  'not-writable': 500,
}

/** Does what keeps something. Rejects with an HttpError when it was not kept. */
export async function kept<T>(change: () => Promise<T>): Promise<T> {
  try {
    return await change()
  } catch (error) {
    if (error instanceof KeepingError)
      throw new HttpError(STATUS[error.reason], error.reason, error.message, error)
    throw error
  }
}
