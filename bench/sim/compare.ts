// A trial beside the same trial without its trouble: what the trouble did, whatever else the clocks and the network do.
import { CHORD, stepOf, tones } from './sounds.ts'
import { type Heard, perform, type Trial } from './trial.ts'

const RATE = 48_000
const SOUND = tones(CHORD, RATE)
const OWN_STEP = stepOf(SOUND)

export interface Difference {
  episodes: number
  concealedMs: number
  resyncs: number
  /** Mean delay and target more than without, over the second before `untilMs`, ms. */
  delayMs: number
  targetMs: number
  /** Greatest step put out, in those of the sound itself. */
  step: number
}

/** Plays both; `trouble` is what only one of them has. */
export function compare(
  calm: Omit<Trial, 'watch' | 'seconds'>,
  trouble: Partial<Trial>,
  untilMs: number,
): Difference {
  const without = hear({ ...calm, seconds: untilMs / 1000 })
  const withIt = hear({ ...calm, seconds: untilMs / 1000, ...trouble, sound: SOUND })
  return {
    episodes: withIt.end.episodes - without.end.episodes,
    concealedMs: ((withIt.end.concealedFrames - without.end.concealedFrames) / RATE) * 1000,
    resyncs: withIt.end.resyncs - without.end.resyncs,
    delayMs: withIt.delayMs - without.delayMs,
    targetMs: withIt.targetMs - without.targetMs,
    step: withIt.step / OWN_STEP,
  }
}

function hear(trial: Omit<Trial, 'watch'>): { end: Heard; delayMs: number; targetMs: number; step: number } {
  let callbacks = 0
  let delaysMs = 0
  let targetsMs = 0
  let step = 0
  let last = 0
  const watch = ({ atMs, delayMs, targetMs, out, frames }: Heard) => {
    for (let i = 0; i < frames; i++) {
      const x = out[i] as number
      step = Math.max(step, Math.abs(x - last))
      last = x
    }
    if (atMs < trial.seconds * 1000 - 1000) return
    callbacks++
    delaysMs += delayMs
    targetsMs += targetMs
  }
  const end = perform({ ...trial, watch })
  return { end, delayMs: delaysMs / callbacks, targetMs: targetsMs / callbacks, step }
}
