/** Why something could not be done, as a sentence: the server's own words where it gave any. */
export function refusalWords(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
