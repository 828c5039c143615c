// @vitest-environment happy-dom
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import { Scheme } from './scheme.ts'

class System extends EventTarget {
  matches = false

  becomeLight(matches: boolean): void {
    this.matches = matches
    this.dispatchEvent(new Event('change'))
  }
}

let memory: Map<string, string>
let system: System
const store = {
  getItem: (key: string) => memory.get(key) ?? null,
  setItem: (key: string, value: string) => void memory.set(key, value),
}
const shown = () => document.documentElement.dataset['mantineColorScheme']
const open = () => new Scheme({ store, document, light: system as unknown as MediaQueryList })

beforeEach(() => {
  memory = new Map()
  system = new System()
  delete document.documentElement.dataset['mantineColorScheme']
  document.head.innerHTML = '<meta name="theme-color" content="">'
})

test('without a choice it is the system’s, also when that changes', () => {
  open()
  expect(shown()).toBe('dark')
  system.becomeLight(true)
  expect(shown()).toBe('light')
  expect(document.querySelector('meta')?.content).toBe('#d9d6d0')
})

test('what was chosen stays, whatever the system does, and is there on the next visit', () => {
  const scheme = open()
  const heard = vi.fn()
  scheme.subscribe(heard)
  scheme.set('dark')
  system.becomeLight(true)
  expect([shown(), scheme.snapshot()]).toEqual(['dark', 'dark'])
  expect(heard).toHaveBeenCalledTimes(1)
  expect(open().snapshot()).toBe('dark')
  scheme.set('auto')
  expect(shown()).toBe('light')
})

test.each([undefined, { getItem: fail, setItem: fail }])(
  'a store that is missing or forbidden is survived',
  (bad) => {
    const scheme = new Scheme({ store: bad, document, light: system as unknown as MediaQueryList })
    expect(scheme.snapshot()).toBe('auto')
    scheme.set('light')
    expect(shown()).toBe('light')
  },
)

function fail(): never {
  throw new Error('forbidden')
}

const EARLY = readFileSync(join(import.meta.dirname, '../../static/scheme.js'), 'utf8')

test.each([
  ['dark', false],
  ['dark', true],
  ['light', false],
  ['auto', true],
  [null, false],
  ['purple', true],
])('before the first paint it is what it will be (%s, system light: %s)', (stored, light) => {
  if (stored !== null) memory.set('backline.scheme', stored)
  system.matches = light
  const early = { documentElement: { dataset: {} as Record<string, string> } }
  new Function('localStorage', 'matchMedia', 'document', EARLY)(store, () => system, early)
  open()
  expect(early.documentElement.dataset['mantineColorScheme']).toBe(shown())
})
