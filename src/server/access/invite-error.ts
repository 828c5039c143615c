export type InviteFault = 'invites-full' | 'disk-full' | 'not-writable'

/** What was to be kept of an invite is not; the message is for a person. */
export class InviteError extends Error {
  readonly reason: InviteFault
  constructor(reason: InviteFault, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'InviteError'
    this.reason = reason
  }
}

/** What the system said, in words. */
export function keepingFault(error: NodeJS.ErrnoException, folder: string): InviteError {
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT')
    return new InviteError('disk-full', 'It was not kept: the disk of the server is full.', error)
  const what = `It was not kept: the server can not write to ${folder} (${error.code ?? error.message}).`
  return new InviteError('not-writable', `${what} Allow it to, or set DATA_DIR to another folder.`, error)
}
