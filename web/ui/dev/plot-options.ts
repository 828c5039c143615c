import uPlot from 'uplot'
import type { DevEvent } from '../../dev/events.ts'
import { newsPixels } from './plot-deck.ts'
import { LANES, type LineSpec, type PlotSpec } from './plot-specs.ts'

/** Left and right of every plot alike, so that a moment is at the same place in all. */
const GUTTER = 44
const INK = '#c0a274'
const GRID = 'rgb(255 240 210 / 0.08)'
const FONT = '11px ui-sans-serif, system-ui, sans-serif'
const SYNC = 'backline-dev'
const NUMBER = new Intl.NumberFormat('en', { maximumFractionDigits: 3 })
/** An event is seen however short, px. */
const LEAST_EVENT = 3

export interface Size {
  width: number
  height: number
}

/** `onCursor`: the moment the pointer is at, in s; undefined: it has left. */
export function linePlot(spec: PlotSpec, size: Size, onCursor: OnCursor): uPlot.Options {
  const hasPpm = spec.lines.some(({ scale }) => scale === 'ppm')
  const range = spec.signed ? aroundZero : fromZero
  return {
    ...common(size, onCursor),
    scales: { x: { time: true, auto: false }, ms: { range }, ppm: { range } },
    axes: [
      timeAxis(),
      { ...valueAxis('ms'), side: hasPpm ? 1 : 3, grid: { show: !hasPpm, stroke: GRID, width: 1 } },
      ...(hasPpm ? [{ ...valueAxis('ppm'), side: 3 } satisfies uPlot.Axis] : []),
    ],
    padding: [8, hasPpm ? 0 : GUTTER, 0, 0],
    series: [{}, ...spec.lines.map(lineSeries)],
  }
}

/** `events`: asked for at each picture. */
export function lanePlot(size: Size, onCursor: OnCursor, events: () => readonly DevEvent[]): uPlot.Options {
  return {
    ...common(size, onCursor),
    scales: { x: { time: true, auto: false }, lane: { range: [0, LANES.length] } },
    axes: [
      { show: false },
      {
        ...valueAxis('lane'),
        splits: LANES.map((_, i) => LANES.length - i - 0.5),
        values: LANES.map(({ name }) => name),
        grid: { show: false },
      },
    ],
    padding: [4, GUTTER, 4, 0],
    series: [{}, { scale: 'lane', points: { show: false } }],
    hooks: {
      setCursor: [tell(onCursor)],
      draw: [(plot) => drawEvents(plot, events())],
    },
  }
}

type OnCursor = (atS: number | undefined) => void

function common({ width, height }: Size, onCursor: OnCursor): Omit<uPlot.Options, 'series'> {
  return {
    ...{ width, height, legend: { show: false } },
    cursor: {
      sync: { key: SYNC, scales: ['x', null] },
      drag: { x: false, y: false, setScale: false },
      points: { size: 6 },
      y: false,
    },
    hooks: { setCursor: [tell(onCursor)] },
  }
}

/** A cursor that another plot moves is told of there. */
function tell(onCursor: OnCursor): (plot: uPlot) => void {
  return (plot) => {
    const { left = -1, event } = plot.cursor
    if (event) onCursor(left >= 0 ? plot.posToVal(left, 'x') : undefined)
  }
}

function timeAxis(): uPlot.Axis {
  return { ...look(), size: 24, space: 70, values: (_, splits) => splits.map((at) => clock(at)) }
}

function valueAxis(scale: string): uPlot.Axis {
  return { ...look(), scale, size: GUTTER, space: 28, values: (_, splits) => splits.map(number) }
}

function look(): uPlot.Axis {
  return { stroke: INK, font: FONT, grid: { stroke: GRID, width: 1 }, ticks: { show: false }, gap: 4 }
}

function lineSeries({ color, scale, dash }: LineSpec): uPlot.Series {
  return {
    ...{ scale, stroke: color, width: 1.5, points: { show: false } },
    ...(dash && { dash }),
    gaps: (plot, _series, _from, _to, gaps) => {
      const { min = 0, max = 0 } = plot.scales['x'] ?? {}
      const short = newsPixels(plot.bbox.width, (max - min) * 1000)
      return gaps.filter(([from, to]) => to - from > short)
    },
  }
}

/** Never smaller than 5, so that noise does not look like trouble. */
function fromZero(_plot: uPlot, _least: number | null, most: number | null): [number, number] {
  return [0, Math.max(5, (most ?? 0) * 1.1)]
}

function aroundZero(_plot: uPlot, least: number | null, most: number | null): [number, number] {
  const reach = Math.max(1, Math.abs(least ?? 0), Math.abs(most ?? 0)) * 1.1
  return [-reach, reach]
}

function drawEvents(plot: uPlot, events: readonly DevEvent[]): void {
  const { ctx, bbox } = plot
  const { pxRatio } = uPlot
  const rowHeight = bbox.height / LANES.length
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  for (const { atMs, kind, lengthMs = 0 } of events) {
    const row = LANES.findIndex(({ kinds }) => kinds.includes(kind))
    const left = plot.valToPos(atMs / 1000, 'x', true)
    const width = plot.valToPos((atMs + lengthMs) / 1000, 'x', true) - left
    if (left + width < bbox.left) continue
    ctx.fillStyle = LANES[row]?.color ?? INK
    const most = Math.max(width, LEAST_EVENT * pxRatio)
    ctx.fillRect(left, bbox.top + row * rowHeight + 2 * pxRatio, most, rowHeight - 4 * pxRatio)
  }
  ctx.restore()
}

/** With a minus that is one. */
function number(value: number): string {
  return NUMBER.format(value).replace('-', '−')
}

/** Time of day, as the axis has room for. */
function clock(atS: number): string {
  return new Date(atS * 1000).toTimeString().slice(0, 8)
}
