import { useEffect, useState } from 'react'
import { type Bins, binLateness } from '../../dev/lateness-bins.ts'
import type { RecorderSnapshot } from '../../dev/recorder.ts'
import { type Store, useSnapshot } from '../parts/use-snapshot.ts'
import { Bars } from './bars.tsx'
import { latenessIn, type PlotDeck } from './plot-deck.ts'

/** Counted anew at most so often while it runs, ms; paused, each picture is there for good. */
const EVERY_MS = 1000

/** How late packets came in the time that is shown, with the target the playout chose. */
export function LatenessCard({ deck, store }: { deck: PlotDeck; store: Store<RecorderSnapshot> }) {
  const target = useSnapshot(store, ({ stats }) => stats.targetMs && Math.round(stats.targetMs * 10) / 10)
  const [bins, setBins] = useState<Bins>(() => binLateness([]))
  useEffect(() => {
    let countedMs = Number.NEGATIVE_INFINITY
    return deck.onView((view) => {
      const nowMs = performance.now()
      if (!deck.paused && nowMs - countedMs < EVERY_MS) return
      countedMs = nowMs
      setBins(binLateness(latenessIn(view), target ?? 0))
    })
  }, [deck, target])
  const { binMs, counts, total, worstMs } = bins
  const targetWords = target === null ? 'no target' : `target ${target.toFixed(1)} ms`
  return (
    <section className="dev-card" aria-labelledby="dev-lateness">
      <h3 id="dev-lateness">How late packets came</h3>
      <Bars
        label={`Lateness: worst ${worstMs.toFixed(1)} ms in ${total} looks, ${targetWords}`}
        counts={counts}
        from="0 ms"
        to={`${(binMs * counts.length).toFixed(1)} ms`}
        mark={target === null ? undefined : { at: target / binMs, name: targetWords }}
      />
      <p className="dev-note">
        Worst of each 100 ms, by logarithm. {total} looks, worst {worstMs.toFixed(1)} ms.
      </p>
    </section>
  )
}
