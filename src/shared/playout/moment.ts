// One device callback, as the parts of the engine tell each other of it. Thread: audio.
//
// Why a class and not arguments: V8 keeps a fraction, or an integer above 2^30, as an object on the heap whenever it is
// passed to a call or returned from one that the compiler has not put into its caller. Such garbage makes the collector
// stop the audio thread. A field that has always held a fraction is written in place. So in this folder what is
// called per quantum or per callback takes whole numbers, flags, arrays and a Moment; results that are fractions are
// fields of it, or of their owner behind a getter short enough to be put into its caller. Fields start as NaN, which is
// a fraction to V8, and not as 0, which is none. And bounds are Math.min and Math.max: a fraction that `? :` has chosen is
// an object in Chromium 156, from every compiler it has.
export class Moment {
  /** Local time, ms. */
  nowMs = Number.NaN
  /** Since the callback before, seconds. */
  dtS = Number.NaN

  /** What could be playing now, what leaves the worklet next, what has been read of the ring, one past what has come. */
  playable = Number.NaN
  position = Number.NaN
  readTo = Number.NaN
  newest = Number.NaN

  /** What is to leave the worklet next when it plays with a group; NaN when it plays by itself. */
  roomPosition = Number.NaN

  /** Of the gap that is open at the end of what was read: frames concealed so far. */
  gapFrames = Number.NaN

  /** What the device pulls in one callback: stream frames, and how long they last, ms. */
  burstFrames = Number.NaN
  burstMs = Number.NaN

  /** The worst lateness among packets since the callback before, ms. */
  latestMs = Number.NaN
  /** The delay that would have been enough for the callback before, ms; NaN when that is not known. */
  needMs = Number.NaN
  /** Above 0 while audio is being waited for: by so much the target may be raised at once, at no loss, ms. */
  freeMs = Number.NaN

  /** The delay aimed at, ms, and how fast it is being moved, ms per second. */
  targetMs = Number.NaN
  slewMsPerS = Number.NaN
  /** … and the same that is decided on, group or not, stream frames. */
  targetFrames = Number.NaN
  /** How much later than the target the playout is, seconds; and averaged by the rate loop. */
  errorS = Number.NaN
  smoothErrorS = Number.NaN
}
