import { type SyntheticEvent, useEffect, useId, useState } from 'react'
import { createPortal } from 'react-dom'

interface AboutHeadProps {
  /** Of the column with what the rows are called by. */
  first: string
  columns: readonly { name: string; about: string }[]
}

interface Tip {
  about: string
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
    const { left, top } = key.getBoundingClientRect()
    const leftPx = Math.max(0, Math.min(left, innerWidth - TIP_PX))
    setTip({ about: column.about, leftPx, bottomPx: innerHeight - top })
  }
  useEffect(() => {
    if (!tip) return
    // It stays where it is; what it is about would move away below it.
    addEventListener('scroll', hide, true)
    return () => removeEventListener('scroll', hide, true)
  })
  return (
    <thead
      onPointerOver={tell}
      onPointerLeave={hide}
      onFocus={tell}
      onBlur={hide}
      onClick={tell}
      onKeyDown={({ key }) => key === 'Escape' && hide()}
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

/** Beside the table, which cuts off what sticks out; within the page's landmarks. */
function Shown({ about, leftPx, bottomPx }: Tip) {
  const panel = document.querySelector('.dev-panel')
  if (!panel) return null
  return createPortal(
    <div className="tip" role="tooltip" style={{ left: leftPx, bottom: bottomPx }}>
      {about}
    </div>,
    panel,
  )
}
