import { type KeyboardEvent, type SyntheticEvent, useEffect, useId, useState } from 'react'
import { createPortal } from 'react-dom'

interface AboutHeadProps {
  /** Of the column with what the rows are called by. */
  first: string
  columns: readonly { name: string; about: string }[]
}

interface Tip {
  about: string
  on: HTMLElement
  leftPx: number
  bottomPx: number
}

/** As tables.css has it, with room to the edge of the window. */
const TIP_PX = 270

/**
 * The head of a table whose columns tell what they mean to a mouse, a finger, the keyboard and a screen reader alike. One tip
 * serves them all: one for each made a task of 30 ms when the table came.
 */
export function AboutHead({ first, columns }: AboutHeadProps) {
  const id = useId()
  const [tip, setTip] = useState<Tip>()
  const hide = () => setTip(undefined)
  const tell = ({ target }: SyntheticEvent) => {
    const key = (target as Element).closest('button')
    const column = columns.find(({ name }) => name === key?.textContent)
    if (!key || !column) return hide()
    setTip(placed(column.about, key))
  }
  const hideByKey = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !tip) return
    // What is around it stays open.
    event.stopPropagation()
    hide()
  }
  useEffect(() => {
    if (!tip) return
    // A key that gets the focus is scrolled to after that.
    const follow = () => setTip(placed(tip.about, tip.on))
    addEventListener('scroll', follow, true)
    return () => removeEventListener('scroll', follow, true)
  }, [tip])
  return (
    <thead
      onPointerOver={tell}
      onPointerLeave={hide}
      onFocus={tell}
      onBlur={hide}
      onClick={tell}
      onKeyDown={hideByKey}
    >
      <tr>
        <th scope="col">{first}</th>
        {columns.map(({ name, about }) => (
          <th key={name} scope="col">
            <button type="button" className="dev-about" aria-describedby={`${id}${name}`}>
              {name}
            </button>
            <span id={`${id}${name}`} hidden>
              {about}
            </span>
          </th>
        ))}
      </tr>
      {tip && <Shown {...tip} />}
    </thead>
  )
}

/** Above its key; undefined: that is out of the window. */
function placed(about: string, on: HTMLElement): Tip | undefined {
  const { left, top } = on.getBoundingClientRect()
  if (top < 0 || top > innerHeight) return undefined
  return { about, on, leftPx: Math.max(0, Math.min(left, innerWidth - TIP_PX)), bottomPx: innerHeight - top }
}

/** Beside the table, which cuts off what sticks out; within the page's landmarks. */
function Shown({ about, leftPx, bottomPx }: Omit<Tip, 'on'>) {
  const panel = document.querySelector('.dev-panel')
  if (!panel) return null
  return createPortal(
    <div className="tip" role="tooltip" style={{ left: leftPx, bottom: bottomPx }}>
      {about}
    </div>,
    panel,
  )
}
