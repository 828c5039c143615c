// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { type KeyPress, SHORTCUTS, shortcutOf } from './shortcuts.ts'

const NOTHING = { ctrlKey: false, altKey: false, metaKey: false, repeat: false, isComposing: false }

/** `html`: what has the focus, by its mark `data-here`. */
function press(key: string, html = '<main data-here></main>', change: Partial<KeyPress> = {}) {
  document.body.innerHTML = html
  const target = document.querySelector('[data-here]')
  return shortcutOf({ ...NOTHING, defaultPrevented: false, key, target, ...change })?.name
}

test.each([
  [' ', 'listen'],
  ['ArrowUp', 'louder'],
  ['ArrowDown', 'softer'],
  ['m', 'mute'],
  ['M', 'mute'],
  ['d', 'dev'],
  ['?', 'help'],
  ['Escape', 'close'],
  ['x', undefined],
])('the key “%s” is %s', (key, name) => {
  expect(press(key)).toBe(name)
})

test.each(['ctrlKey', 'altKey', 'metaKey', 'isComposing', 'defaultPrevented'])(
  'with %s no key is ours',
  (held) => {
    for (const { key } of SHORTCUTS) expect(press(key, undefined, { [held]: true })).toBeUndefined()
  },
)

test('a key that is held goes on with the volume only', () => {
  const going = SHORTCUTS.filter(({ key }) => press(key, undefined, { repeat: true }) !== undefined)
  expect(going.map(({ name }) => name)).toEqual(['louder', 'softer'])
})

test.each([
  '<input data-here>',
  '<input type="number" data-here>',
  '<textarea data-here></textarea>',
  '<select data-here></select>',
  '<div contenteditable><b data-here></b></div>',
  '<dialog open><button data-here></button></dialog>',
  '<div role="dialog"><button data-here></button></div>',
])('in %s every key is somebody else’s', (html) => {
  for (const { key } of SHORTCUTS) expect(press(key, html)).toBeUndefined()
})

test.each([
  ['<button data-here></button>', ['listen']],
  ['<button><span data-here></span></button>', ['listen']],
  ['<details><summary data-here></summary></details>', ['listen']],
  ['<a href="/" data-here></a>', ['listen']],
  ['<input type="checkbox" data-here>', ['listen', 'louder', 'softer']],
  ['<input type="radio" data-here>', ['listen', 'louder', 'softer']],
  ['<input type="range" data-here>', ['louder', 'softer']],
  ['<div role="slider" data-here></div>', ['louder', 'softer']],
  // A panel beside the page: only what scrolls it is its own.
  ['<div role="dialog" aria-modal="false" data-here></div>', ['louder', 'softer']],
])('%s keeps what it uses', (html, kept) => {
  const ours = SHORTCUTS.filter(({ key }) => press(key, html) === undefined)
  expect(ours.map(({ name }) => name)).toEqual(kept)
})
