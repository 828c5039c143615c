// Where garbage comes from: V8's sampling heap profiler, which also counts what a collection has taken away since.

import type { HeapProfiler } from 'node:inspector'
import { Session } from 'node:inspector/promises'

/** Mean distance of two samples. What allocates a byte a thousand times is seen about eight times. */
const INTERVAL_BYTES = 128

export const SAMPLING = {
  samplingInterval: INTERVAL_BYTES,
  includeObjectsCollectedByMajorGC: true,
  includeObjectsCollectedByMinorGC: true,
}

/**
 * Runs `work` and gives the bytes that were allocated in functions called (however deep) by one named `root`, by the
 * name of the function that allocated; zero is no sample at all.
 */
export async function allocations(root: string, work: () => void): Promise<Map<string, number>> {
  const session = new Session()
  session.connect()
  try {
    await session.post('HeapProfiler.enable')
    await session.post('HeapProfiler.startSampling', SAMPLING)
    work()
    const { profile } = await session.post('HeapProfiler.stopSampling')
    return under(root, profile.head)
  } finally {
    session.disconnect()
  }
}

/** Bytes by function below the nodes named `root`, those included. */
export function under(
  root: string,
  head: HeapProfiler.SamplingHeapProfileNode,
  found = new Map<string, number>(),
  inside = false,
): Map<string, number> {
  const { functionName } = head.callFrame
  const counts = inside || functionName === root
  if (counts && head.selfSize > 0) found.set(functionName, (found.get(functionName) ?? 0) + head.selfSize)
  for (const child of head.children) under(root, child, found, counts)
  return found
}

/** Bytes of all nodes. */
export function total({ selfSize, children }: HeapProfiler.SamplingHeapProfileNode): number {
  return children.reduce((sum, child) => sum + total(child), selfSize)
}
