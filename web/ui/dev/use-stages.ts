import { startTransition, useEffect, useState } from 'react'

/** How many parts of something large may be there by now, 0 … `count`: one more with every frame from the first on. */
export function useStages(count: number): number {
  const [stage, setStage] = useState(0)
  useEffect(() => {
    if (stage >= count) return
    const frame = requestAnimationFrame(() => startTransition(() => setStage(stage + 1)))
    return () => cancelAnimationFrame(frame)
  }, [stage, count])
  return stage
}
