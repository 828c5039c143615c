import { useEffect, useState } from 'react'

/** The clock may be put right meanwhile: looked at this often, and whenever a second is over. */
const LOOK_MS = 250

/**
 * Whole seconds, rounded up, until what is `scheduled` (when it is, in µs of the server) is heard; null: nothing, or it is
 * over. `countdown`: ms by the synced clock, null when nothing is.
 */
export function useCountdown(scheduled: number | undefined, countdown: () => number | null): number | null {
  const [left, setLeft] = useState<number | null>(null)

  useEffect(() => {
    if (scheduled === undefined) return
    let timer: ReturnType<typeof setTimeout>
    const look = () => {
      const leftMs = countdown()
      setLeft(leftMs === null ? null : Math.ceil(leftMs / 1000))
      // Whoever has just come does not know the server's clock yet.
      timer = setTimeout(look, Math.min(LOOK_MS, (leftMs ?? 0) % 1000 || LOOK_MS))
    }
    look()
    return () => {
      clearTimeout(timer)
      setLeft(null)
    }
  }, [scheduled, countdown])

  return left
}
