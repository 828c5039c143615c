/** What the rooms of all sessions are made with. Times in ms. */
export interface RoomSettings {
  /** Together waits for nobody who needs more. */
  maxGroupDelayMs: number
  /** How long steady listeners hold what they have, until a controller says otherwise. */
  steadyMs: number
  /** Who is further out of step is slow … */
  toleranceMs: number
  /** … and jumps when it is further than this. */
  resyncMs: number
  /** Who is slow for so long is set aside. */
  slowTimeoutMs: number
  /** Who reports nothing for so long is not waited for. */
  listenerTimeoutMs: number
  /** States are told twice as often. */
  ultraLowLatency: boolean
}
