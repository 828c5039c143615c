export type KeepingFault = 'presets-full' | 'invites-full' | 'disk-full' | 'not-writable'

/** What was to be kept is not; the message is for a person. */
export class KeepingError extends Error {
  readonly reason: KeepingFault
  constructor(reason: KeepingFault, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'KeepingError'
    this.reason = reason
  }
}

/** What the system said, in words, to make an error of. `done`: what did not happen. */
export function keepingFault(
  error: NodeJS.ErrnoException,
  folder: string,
  done: 'kept' | 'saved',
): ConstructorParameters<typeof KeepingError> {
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT')
    return ['disk-full', `It was not ${done}: the disk of the server is full.`, error]
  const what = `It was not ${done}: the server can not write to ${folder} (${error.code ?? error.message}).`
  return ['not-writable', `${what} Allow it to, or set DATA_DIR to another folder.`, error]
}
