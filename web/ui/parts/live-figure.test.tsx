// @vitest-environment happy-dom
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { expect, test } from 'vitest'
import { LiveFigure } from './live-figure.tsx'

test('another figure of the same length changes nothing but its text', () => {
  const root = createRoot(document.body.appendChild(document.createElement('div')))
  const show = (text: string) => act(() => root.render(<LiveFigure text={text} className="digits" />))
  show('45.9')
  const figure = document.querySelector('.live-figure') as HTMLElement
  expect(figure.textContent).toBe('45.9')
  expect(figure.dataset['room']).toBe('00.0')
  const seen = new MutationObserver(() => {})
  seen.observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
  show('46.2')
  expect(seen.takeRecords().map(({ type }) => type)).toEqual(['characterData'])
  show('104.7')
  expect(figure.dataset['room']).toBe('000.0')
  act(() => root.unmount())
})
