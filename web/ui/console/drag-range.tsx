import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef } from 'react'

interface DragRangeProps {
  /** Accessible name. */
  name: string
  className: string
  value: number
  min: number
  max: number
  /** Of a key; Page keys take `pageStep`. Dragging goes by `fine`. */
  step: number
  pageStep: number
  fine: number
  /** Where a double click and the key 0 go. */
  home: number
  /** Read aloud for `value`, with its unit. */
  text: string
  /** From `min` to `max`, px of dragging; that of the element's own height unless told. */
  travelPx?: number
  /** Of the element's height, what the cap takes. */
  capPx?: number
  onChange: (value: number) => void
  /** A hand is on it, or has let go. */
  onHold: (on: boolean) => void
  /** What is seen. */
  children: ReactNode
}

/**
 * A range for the keyboard and the screen reader, dragged up and down from where it is: a touch by accident moves nothing, as it
 * would with a range's own dragging, which jumps to the finger. Sideways, a finger scrolls what it lies in.
 */
export function DragRange(props: DragRangeProps) {
  const { name, className, value, min, max, fine, home, text, children, onChange, onHold } = props
  const input = useRef<HTMLInputElement>(null)
  const drag = useRef<{ fromPx: number; fromValue: number; perPx: number } | undefined>(undefined)

  const set = (next: number) => {
    const whole = Math.round(next / fine) * fine
    const within = Number(Math.min(max, Math.max(min, whole)).toFixed(4))
    if (within !== value) onChange(within)
  }
  const take = (event: PointerEvent<HTMLDivElement>) => {
    if (!event.isPrimary || event.button !== 0) return
    const element = event.currentTarget
    element.setPointerCapture(event.pointerId)
    input.current?.focus({ preventScroll: true })
    const travelPx = props.travelPx ?? Math.max(1, element.clientHeight - (props.capPx ?? 0))
    drag.current = { fromPx: event.clientY, fromValue: value, perPx: (max - min) / travelPx }
    onHold(true)
  }
  const move = ({ clientY }: PointerEvent) => {
    const { current } = drag
    if (current) set(current.fromValue + (current.fromPx - clientY) * current.perPx)
  }
  const release = () => {
    if (!drag.current) return
    drag.current = undefined
    onHold(false)
  }
  const cancel = () => {
    // It was a scroll.
    if (drag.current) set(drag.current.fromValue)
    release()
  }
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return
    const to = keyed(event.key, props)
    if (to === undefined) return
    event.preventDefault()
    set(to)
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: for fingers and mice; the range in it is for all else.
    <div
      className={className}
      onPointerDown={take}
      onPointerMove={move}
      onPointerUp={release}
      onPointerCancel={cancel}
      onDoubleClick={() => set(home)}
    >
      {children}
      <input
        ref={input}
        className="drag-input"
        type="range"
        aria-label={name}
        aria-valuetext={text}
        min={min}
        max={max}
        step="any"
        value={value}
        onChange={(event) => set(event.currentTarget.valueAsNumber)}
        onKeyDown={press}
      />
    </div>
  )
}

/** Where a key takes it; undefined: not one of its keys. */
function keyed(
  key: string,
  {
    value,
    step,
    pageStep,
    min,
    max,
    home,
  }: Pick<DragRangeProps, 'value' | 'step' | 'pageStep' | 'min' | 'max' | 'home'>,
): number | undefined {
  switch (key) {
    case 'ArrowUp':
    case 'ArrowRight':
      return value + step
    case 'ArrowDown':
    case 'ArrowLeft':
      return value - step
    case 'PageUp':
      return value + pageStep
    case 'PageDown':
      return value - pageStep
    case 'Home':
      return min
    case 'End':
      return max
    case '0':
      return home
    default:
      return undefined
  }
}
