/**
 * True in an engine in which asking a context how late its output is can stop the page and the sound for good: Gecko
 * asks its audio server while it holds a lock that the worklet's thread takes in every callback, and the server answers
 * only between callbacks. No feature tells of a lock, so this looks for the engine's own mark: a member of `window`
 * that no other engine has, and that Gecko keeps when it gives another browser's name.
 */
export function readsBlockAudio(around: object = globalThis): boolean {
  return 'mozInnerScreenX' in around
}
