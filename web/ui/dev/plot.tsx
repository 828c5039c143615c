import './plots.css'
import { useEffect, useRef } from 'react'
import { withUnit } from '../../dev/figures.ts'
import { Chart } from './chart.ts'
import type { PlotDeck } from './plot-deck.ts'
import { type PlotSpec, UNIT } from './plot-specs.ts'

interface PlotProps {
  deck: PlotDeck
  /** Undefined: the event lane. */
  spec: PlotSpec | undefined
  height: number
}

/** A plot that exists while it can be seen: what is scrolled away is not drawn. */
export function Plot({ deck, spec, height }: PlotProps) {
  const glass = useRef<HTMLDivElement>(null)
  const legend = useRef<HTMLUListElement>(null)
  useEffect(() => {
    const parent = glass.current
    if (!parent) return
    const outputs = [...(legend.current?.querySelectorAll('output') ?? [])]
    const onValues = (values: (number | null)[]) => {
      for (const [i, output] of outputs.entries()) {
        const text = valueText(spec, i, values[i] ?? null)
        if (output.textContent !== text) output.textContent = text
      }
    }
    let chart: Chart | undefined
    let leave = () => {}
    const size = () => ({ width: Math.floor(parent.clientWidth), height })
    const [place, measure] = [{}, {}]
    const show = () => {
      if (chart || size().width < 1) return
      const onCursor = (atMs: number | undefined) => deck.mark(atMs)
      chart = new Chart({ spec, parent, size: size(), onCursor, onValues })
      leave = deck.add(chart)
    }
    const hide = () => {
      deck.turns.drop(place)
      deck.turns.drop(measure)
      leave()
      chart?.destroy()
      chart = undefined
    }
    const seen = new IntersectionObserver(([entry]) =>
      entry?.isIntersecting ? deck.turns.ask(place, show) : hide(),
    )
    const resized = new ResizeObserver(() => deck.turns.ask(measure, () => chart?.resize(size())))
    seen.observe(parent)
    resized.observe(parent)
    return () => {
      seen.disconnect()
      resized.disconnect()
      hide()
    }
  }, [deck, spec, height])
  const name = spec?.name ?? 'Events'
  return (
    <figure className="dev-plot" aria-label={`${name}, over time`}>
      <figcaption>
        <h3>
          {name} {spec && <span className="dev-units">{spec.units}</span>}
        </h3>
        {spec && (
          <ul ref={legend}>
            {spec.lines.map((line) => (
              <li key={line.track} title={line.about}>
                <span className="dev-swatch" style={{ background: line.color }} />
                {line.name} <output aria-live="off">–</output>
              </li>
            ))}
          </ul>
        )}
      </figcaption>
      <div ref={glass} className="dev-canvas" style={{ height }} />
    </figure>
  )
}

function valueText(spec: PlotSpec | undefined, index: number, value: number | null): string {
  const line = spec?.lines[index]
  return line === undefined ? '–' : withUnit(value, UNIT[line.scale], line.digits)
}
