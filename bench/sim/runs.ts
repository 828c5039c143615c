// Runs of the simulator over networks by name, spread over the machine's cores.
import { availableParallelism } from 'node:os'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import type { Profile } from '../../src/shared/playout/profile.ts'
import { readTrace } from '../lib/trace-file.ts'
import { NetEq } from './neteq.ts'
import { type MakeNetwork, NETWORKS, replay } from './networks.ts'
import { type Outcome, simulate } from './simulate.ts'

export interface Run {
  /** One of NETWORKS, or a trace file. */
  network: string
  /** neteq: the row to be ahead of. */
  profile: Profile | 'neteq'
  seed: number
  minutes: number
  callbackFrames: number
  packetMs: number
}

const CONTEXT_HZ = 48_000
const SINK_PPM = 80

async function makeNetwork(name: string): Promise<MakeNetwork> {
  const model = NETWORKS[name]
  if (model) return model
  const { latencyMs, everyMs } = await readTrace(name)
  return replay(latencyMs, everyMs)
}

async function perform(run: Run): Promise<Outcome> {
  const neteq = run.profile === 'neteq'
  const burstMs = (Math.ceil(run.callbackFrames / 128) * 128_000) / CONTEXT_HZ
  return simulate({
    seconds: run.minutes * 60,
    seed: run.seed,
    network: await makeNetwork(run.network),
    profile: run.profile === 'neteq' ? 'balanced' : run.profile,
    callbackFrames: run.callbackFrames,
    packetMs: run.packetMs,
    sinkPpm: SINK_PPM,
    ...(neteq ? { rival: new NetEq(burstMs) } : {}),
  })
}

/** Performs all runs; outcomes in their order. `onDone` is told of each. */
export async function performAll(runs: readonly Run[], onDone: () => void): Promise<Outcome[]> {
  const outcomes: Outcome[] = new Array(runs.length)
  let next = 0
  const work = async () => {
    const worker = new Worker(new URL('./worker.mjs', import.meta.url))
    try {
      while (next < runs.length) {
        const index = next++
        outcomes[index] = await new Promise<Outcome>((resolve, reject) => {
          worker.once('message', resolve)
          worker.once('error', reject)
          worker.postMessage(runs[index])
        })
        worker.removeAllListeners('error')
        onDone()
      }
    } finally {
      await worker.terminate()
    }
  }
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), runs.length) }, work))
  return outcomes
}

if (!isMainThread) {
  parentPort?.on('message', (run: Run) => {
    void perform(run).then((outcome) => parentPort?.postMessage(outcome))
  })
}
