import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { realtime } from '../../test/studio/process.ts'
import type { Studio } from '../../test/studio/studio.ts'
import { waitUntil } from '../../test/studio/wait-until.ts'
import type { Stall } from './classify.ts'

export interface StallMonitor {
  /** What watches: `c` (a real-time thread on every CPU) or `node` (one thread, no compiler was found). */
  readonly kind: 'c' | 'node'
  /** Stops watching. Times are CLOCK_MONOTONIC, as process.hrtime gives it. */
  stop(): Promise<Stall[]>
}

/** Watches for moments at which the whole machine stands still, beside the sound, until it is stopped. */
export async function watchStalls(studio: Studio): Promise<StallMonitor> {
  const binary = join(studio.dir, 'stall-monitor')
  const source = join(import.meta.dirname, 'stall-monitor.c')
  const built = spawnSync('cc', ['-O2', '-pthread', '-o', binary, source]).status === 0
  const script = join(import.meta.dirname, 'stall-monitor.mjs')
  const program = built ? studio.start(binary, []) : studio.start(...realtime(process.execPath, [script]))
  await waitUntil('the stall monitor', () => program.log().includes('ready'))
  return {
    kind: built ? 'c' : 'node',
    async stop() {
      await program.stop('SIGKILL')
      return [...program.log().matchAll(/^stall \d+ ([\d.]+) ([\d.]+)$/gm)].map(([, at, late]) => ({
        atMs: Number(at),
        lateMs: Number(late),
      }))
    },
  }
}
