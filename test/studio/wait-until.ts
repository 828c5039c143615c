/** Thrown by a probe: what is waited for will never be. */
export class InVain extends Error {
  override readonly name = 'InVain'
}

/**
 * Asks `probe` every `everyMs` until it gives something truthy; throws after `timeoutMs`, naming `what`, or at once when the
 * probe says that it is in vain.
 */
export async function waitUntil<T>(
  what: string,
  probe: () => T | Promise<T>,
  timeoutMs = 15_000,
  everyMs = 50,
): Promise<NonNullable<T>> {
  const deadline = performance.now() + timeoutMs
  let last: unknown
  for (;;) {
    try {
      const answer = await probe()
      if (answer) return answer as NonNullable<T>
    } catch (error) {
      if (error instanceof InVain) throw error
      last = error
    }
    if (performance.now() > deadline) {
      throw new Error(`gave up after ${timeoutMs} ms waiting for ${what}`, { cause: last })
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}
