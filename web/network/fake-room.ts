import type { SyncState } from '../../src/shared/wire/room-messages.ts'

/** For tests: a `sync_state` of stream 7 at 44.1 kHz, whose room is 100 ms behind the instrument. */
export function fakeSyncState(change: Partial<SyncState> = {}): SyncState {
  return {
    type: 'sync_state',
    session: 'main',
    revision: 1,
    serverUs: 0,
    hrtime: '1',
    mode: 'together',
    role: 'listener',
    streamId: 7,
    playing: true,
    backMs: 0,
    seekableMs: 0,
    scheduled: null,
    anchor: { position: 0, captureUs: 0, rateHz: 44_100 },
    delay: { fromMs: 100, toMs: 100, atUs: 0 },
    status: 'active',
    reason: '',
    resyncMs: 30,
    intervalMs: 100,
    members: { live: 0, together: 2, steady: 0, slow: 0, degraded: 0 },
    ...change,
  }
}
