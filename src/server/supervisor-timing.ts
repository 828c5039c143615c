import type { ChildTiming } from './child/capture-child.ts'
import type { RestartTiming } from './restart-delay.ts'

/** How long what the supervisor waits for may take, ms. */
export interface SupervisorTiming extends RestartTiming, ChildTiming {}

export const SUPERVISOR_TIMING: SupervisorTiming = {
  firstMs: 250,
  // With what a child takes to start and to wait for its first block, an instrument that is plugged in again is heard within 2 s.
  longestMs: 1000,
  healthyMs: 10_000,
  readyMs: 10_000,
  silentMs: 5000,
  graceMs: 1000,
}
