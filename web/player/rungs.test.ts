import { expect, test } from 'vitest'
import { linkType, RungMemory } from './memory/rung-memory.ts'
import type { Store } from './memory/store.ts'
import { RungWatch } from './rung-watch.ts'

function store(broken = false): Store {
  const kept = new Map<string, string>()
  const refuse = () => {
    if (broken) throw new DOMException('forbidden')
  }
  return {
    getItem: (key) => {
      refuse()
      return kept.get(key) ?? null
    },
    setItem: (key, value) => {
      refuse()
      kept.set(key, value)
    },
  }
}

test('the kind of link is what the browser says of it, or unknown', () => {
  expect(linkType({})).toBe('unknown')
  expect(linkType(undefined)).toBe('unknown')
  expect(linkType({ connection: { effectiveType: '4g' } })).toBe('4g')
  expect(linkType({ connection: { type: 'cellular', effectiveType: '3g' } })).toBe('cellular 3g')
})

test('each kind of link begins where it has settled; an unknown one uncompressed', () => {
  const memory = new RungMemory(store())
  memory.saveStart('wifi', 'pcm-f32')
  memory.saveStart('cellular 3g', 'opus-96')
  expect(memory.loadStart('wifi')).toBe('pcm-f32')
  expect(memory.loadStart('cellular 3g')).toBe('opus-96')
  expect(memory.loadStart('unknown')).toBeUndefined()
  for (let i = 0; i < 20; i++) memory.saveStart(`link ${i}`, 'opus-64')
  expect(memory.loadStart('wifi')).toBeUndefined()
})

test('what was chosen is remembered; what is not ours, or forbidden, was never there', () => {
  const kept = store()
  const memory = new RungMemory(kept)
  expect(memory.loadWish()).toBe('auto')
  memory.saveWish('opus-128')
  expect(new RungMemory(kept).loadWish()).toBe('opus-128')
  for (const rubbish of ['{', '7', '[7]', '[["wifi","loud"]]', '[[1,"pcm16"]]']) {
    kept.setItem('backline.startRungs', rubbish)
    expect(memory.loadStart('wifi')).toBeUndefined()
  }
  const forbidden = new RungMemory(store(true))
  forbidden.saveWish('opus-64')
  forbidden.saveStart('wifi', 'opus-64')
  expect(forbidden.loadWish()).toBe('auto')
  expect(forbidden.loadStart('wifi')).toBeUndefined()
})

test('a rung counts as settled after 20 s on it, on one kind of link, without a break', () => {
  const memory = new RungMemory(store())
  const link = { type: 'wifi' }
  const watch = new RungWatch(memory, () => link.type)
  watch.look('opus-128', 0)
  watch.look('opus-128', 19_500)
  expect(memory.loadStart('wifi')).toBeUndefined()
  watch.look(undefined, 19_600)
  watch.look('opus-128', 20_000)
  watch.look('opus-128', 39_900)
  expect(memory.loadStart('wifi')).toBeUndefined()
  watch.look('opus-128', 40_000)
  expect(memory.loadStart('wifi')).toBe('opus-128')
  link.type = 'cellular'
  watch.look('opus-128', 41_000)
  watch.look('opus-64', 50_000)
  watch.look('opus-64', 69_000)
  expect(memory.loadStart('cellular')).toBeUndefined()
  watch.look('opus-64', 70_000)
  expect(memory.loadStart('cellular')).toBe('opus-64')
})
