import './plots.css'
import { barHeight } from '../../dev/lateness-bins.ts'

interface BarsProps {
  /** Said in place of the picture. */
  label: string
  counts: readonly number[]
  /** Below the first bar, and below the end of the last. */
  from: string
  to: string
  /** A line across, at so many bars from the left. */
  mark?: { at: number; name: string } | undefined
}

const HEIGHT = 40

/** How often what was seen, by logarithm. */
export function Bars({ label, counts, from, to, mark }: BarsProps) {
  const most = counts.reduce((max, count) => Math.max(max, count), 1)
  const width = Math.max(1, counts.length)
  return (
    <div className="dev-bars" role="img" aria-label={label}>
      <svg viewBox={`0 0 ${width} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        <path className="dev-bar" d={counts.map((count, i) => bar(i, barHeight(count, most))).join('')} />
        {mark && <path className="dev-mark" d={`M${mark.at} 0V${HEIGHT}`} />}
      </svg>
      <p aria-hidden="true">
        <span>{from}</span>
        {mark && <span className="dev-mark-name">{mark.name}</span>}
        <span>{to}</span>
      </p>
    </div>
  )
}

function bar(index: number, share: number): string {
  if (share === 0) return ''
  const top = HEIGHT * (1 - share)
  return `M${index + 0.08} ${HEIGHT}V${top.toFixed(2)}H${index + 0.92}V${HEIGHT}Z`
}
