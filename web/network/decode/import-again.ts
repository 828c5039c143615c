/**
 * A dynamic import that may be tried again: Firefox up to 154 keeps one that failed, and answers with it as long as the page
 * is there. It names the address of what it could not load, and the same under another address is a new attempt; browsers
 * that name none do not keep it. `from` imports what is at an address. The result rejects as `first` and `from` do.
 */
export function importAgain<M>(
  first: () => Promise<M>,
  from: (address: string) => Promise<M>,
): () => Promise<M> {
  let failed: URL | undefined
  let attempts = 0
  return async () => {
    if (failed !== undefined) {
      failed.searchParams.set('attempt', String(++attempts))
      return from(failed.href)
    }
    try {
      return await first()
    } catch (error) {
      failed = addressIn(error)
      throw error
    }
  }
}

function addressIn(error: unknown): URL | undefined {
  const words = error instanceof Error ? error.message.split(' ') : []
  const address = words.find((word) => /^https?:/.test(word))
  return address !== undefined && URL.canParse(address) ? new URL(address) : undefined
}
