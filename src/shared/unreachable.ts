/** Closes a switch over a discriminated union: a member nobody handled is a compile error, and a bug at run time. */
export function unreachable(value: never): never {
  throw new Error(`unhandled ${JSON.stringify(value)}`)
}
