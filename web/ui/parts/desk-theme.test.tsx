// @vitest-environment happy-dom
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { expect, test } from 'vitest'
import { DeskTheme } from './desk-theme.tsx'

;(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true

test('the component library writes no style element: the content security policy allows none', () => {
  const root = document.body.appendChild(document.createElement('div'))
  act(() =>
    createRoot(root).render(
      <DeskTheme>
        <p>here</p>
      </DeskTheme>,
    ),
  )
  expect(root.textContent).toBe('here')
  expect(document.querySelector('style')).toBeNull()
})
