/**
 * True in an engine in which asking a context how late its output is can stop the page and the sound for good: Gecko
 * asks its audio server while it holds a lock that every callback takes, and the server does not answer while a callback
 * is under way. No moment between two callbacks is safe: on a busy machine the next one begins before the answer is
 * there, and one question 3 to 6 ms after a callback still froze about one page in ten. No feature tells of a lock, so
 * this looks for the engine's own mark: a member of `window` that no other engine has, and that Gecko keeps when it gives
 * another browser's name.
 */
export function readsBlockAudio(around: object = globalThis): boolean {
  return 'mozInnerScreenX' in around
}
