// What is learnt about an output device: remembered, judged, watched. All pure; time is what the test says.
import { expect, test } from 'vitest'
import type { Store } from '../memory/store.ts'
import { DeviceMemory, UNKNOWN_OUTPUT } from './device-memory.ts'
import { HintLadder } from './hint-ladder.ts'
import { type Lead, OutputGrowth } from './output-growth.ts'
import { OutputWatch } from './output-watch.ts'
import { SteadyPpm } from './steady-ppm.ts'

function storeWith(text: string | null): Store & { text: string | null } {
  return {
    text,
    getItem() {
      return this.text
    },
    setItem(_, value) {
      this.text = value
    },
  }
}

const known = { hintFrames: 512, calmS: 60, failures: 1, ppm: -41.5, rateHz: 48_000 }

test('a device is known again on the next visit', () => {
  const store = storeWith(null)
  new DeviceMemory(store).save('usb', known)
  expect(new DeviceMemory(store).load('usb')).toEqual(known)
  expect(new DeviceMemory(store).load('')).toEqual(UNKNOWN_OUTPUT)
})

test('of many devices the sixteen last used stay', () => {
  const memory = new DeviceMemory(storeWith(null))
  for (let i = 0; i < 20; i++) memory.save(`device ${i}`, { ...known, calmS: i })
  memory.save('device 4', known)
  expect(memory.load('device 3')).toEqual(UNKNOWN_OUTPUT)
  expect(memory.load('device 4')).toEqual(known)
  expect(memory.load('device 19').calmS).toBe(19)
})

test.each([
  ['{', UNKNOWN_OUTPUT],
  ['null', UNKNOWN_OUTPUT],
  ['[1,null,["",7]]', UNKNOWN_OUTPUT],
  ['[["",{"hintFrames":-3,"ppm":"4","rateHz":1e99,"calmS":5}]]', { ...UNKNOWN_OUTPUT, calmS: 5 }],
])('a store that holds %s is survived', (text, expected) => {
  expect(new DeviceMemory(storeWith(text)).load('')).toEqual(expected)
})

test('a store that is forbidden or full is survived', () => {
  const no = () => {
    throw new Error('no')
  }
  for (const store of [undefined, { getItem: no, setItem: no }]) {
    const memory = new DeviceMemory(store)
    memory.save('', known)
    expect(memory.load('')).toEqual(UNKNOWN_OUTPUT)
  }
})

/** The seconds in which the hint changes. `granted`: what is given for what is asked. */
function run(
  ladder: HintLadder,
  seconds: number,
  missed: (second: number) => number,
  { granted = (asked: number) => asked, isFree = true } = {},
): number[] {
  const changes: number[] = []
  let total = 5
  ladder.started(total, 0)
  for (let second = 1; second <= seconds; second++) {
    total += missed(second)
    if (!ladder.tick(total, granted(ladder.hintFrames), isFree, second * 1000)) continue
    changes.push(second)
    ladder.started(total, second * 1000)
  }
  return changes
}

/** As browsers do that never take less than 512. */
const least512 = { granted: (asked: number) => Math.max(512, asked) }
const every = (s: number) => (second: number) => Number(second % s === 0)

test('three incidents in half a minute make the callbacks larger, rare ones do not', () => {
  const ladder = new HintLadder(UNKNOWN_OUTPUT)
  expect(ladder.hintFrames).toBe(128)
  expect(run(ladder, 3600, every(16))).toEqual([])
  expect(run(ladder, 60, (s) => Number([10, 20, 30].includes(s)))).toEqual([30])
  expect(ladder.hintFrames).toBe(256)
})

test('where larger callbacks take tens of milliseconds it must be one in five seconds', () => {
  const ladder = new HintLadder(UNKNOWN_OUTPUT)
  expect(run(ladder, 3600, every(6), least512)).toEqual([])
  expect(run(ladder, 36, every(5), least512)).toEqual([30])
  expect(ladder.hintFrames).toBe(1024)
})

test('one stall, however many callbacks it cost, is one incident', () => {
  expect(run(new HintLadder(UNKNOWN_OUTPUT), 120, (s) => (s % 40 < 2 ? 30 : 0))).toEqual([])
})

test('what happens while a device starts, or while the page was away, is not held against it', () => {
  expect(run(new HintLadder(UNKNOWN_OUTPUT), 3, () => 1)).toEqual([])
  const ladder = new HintLadder(UNKNOWN_OUTPUT)
  ladder.started(0, 0)
  for (let n = 1; n < 20; n++) expect(ladder.tick(n, 128, true, n * 3_600_000)).toBe(false)
})

test('the next step is above what the browser grants anyway, and the last one is the last', () => {
  const ladder = new HintLadder(UNKNOWN_OUTPUT)
  expect(run(ladder, 600, () => 1, least512)).toHaveLength(1)
  expect(ladder.hintFrames).toBe(1024)
})

test('what was a bad minute is over after one of calm: one step less, and no less than there is', () => {
  const ladder = new HintLadder(UNKNOWN_OUTPUT)
  expect(run(ladder, 3600, () => 0, least512)).toEqual([])
  for (let troubles = 0; troubles < 2; troubles++) {
    run(ladder, 15, () => 1, least512)
    expect(ladder.hintFrames).toBe(1024)
    // Its first three seconds are not judged.
    expect(run(ladder, 3600, () => 0, least512)).toEqual([62])
    expect(ladder.hintFrames).toBe(512)
  }
})

test('a step less that does not hold is undone, and tried again only after four times the calm', () => {
  const ladder = new HintLadder(UNKNOWN_OUTPUT)
  run(ladder, 20, () => 1, least512)
  const changes = run(ladder, 400, (s) => Number(s > 62 && s < 90), least512)
  expect(changes).toHaveLength(3)
  const [down = 0, up = 0, again = 0] = changes
  expect(down).toBe(62)
  expect(again - up).toBeGreaterThan(240)
  expect(ladder.hintFrames).toBe(512)
  // Held for ten minutes, it was right.
  run(ladder, 700, every(20), least512)
  expect(ladder.remember()).toMatchObject({ hintFrames: 512, failures: 0 })
})

test('a trouble that goes on is no calm, and in a room nothing is tried', () => {
  const ladder = new HintLadder({ ...UNKNOWN_OUTPUT, hintFrames: 512 })
  expect(run(ladder, 3600, every(40))).toEqual([])
  expect(run(ladder, 3600, () => 0, { isFree: false })).toEqual([])
  expect(run(ladder, 10, () => 0)).toEqual([3])
  expect(ladder.hintFrames).toBe(256)
})

test('after calm a later visit tries one step less, and keeps it once proven', () => {
  const calm = { ...UNKNOWN_OUTPUT, hintFrames: 512, calmS: 60 }
  const ladder = new HintLadder(calm)
  expect(ladder.hintFrames).toBe(256)
  run(ladder, 300, () => 0, { granted: () => 256 })
  expect(ladder.remember()).toMatchObject({ hintFrames: 512, calmS: 60 })
  run(ladder, 320, () => 0, { granted: () => 256, isFree: false })
  expect(ladder.remember()).toMatchObject({ hintFrames: 256 })
})

test('what did not hold is remembered from visit to visit', () => {
  const ladder = new HintLadder({ ...UNKNOWN_OUTPUT, hintFrames: 512, calmS: 60 })
  expect(run(ladder, 8, () => 1)).toHaveLength(1)
  const after = { ...UNKNOWN_OUTPUT, ...ladder.remember() }
  expect(after).toMatchObject({ hintFrames: 512, failures: 1 })
  expect(new HintLadder({ ...after, calmS: 239 }).hintFrames).toBe(512)
  expect(new HintLadder({ ...after, calmS: 240 }).hintFrames).toBe(256)
})

test('a context that runs is left alone, one whose clock stands is opened again', () => {
  const watch = new OutputWatch()
  const look = (currentTimeS: number, nowMs: number, state = 'running') =>
    watch.look({ state, currentTimeS, nowMs })
  for (let i = 0; i < 100; i++) expect(look(i / 10, i * 100)).toBe('fine')
  const verdicts = Array.from({ length: 10 }, (_, i) => look(9.9, 10_000 + i * 100))
  expect(verdicts.indexOf('reopen')).toBe(7)
  expect(look(10, 12_000)).toBe('fine')
})

test('an hour of sleep does not look like a clock that stands', () => {
  const watch = new OutputWatch()
  watch.look({ state: 'running', currentTimeS: 5, nowMs: 0 })
  expect(watch.look({ state: 'running', currentTimeS: 5, nowMs: 3_600_000 })).toBe('fine')
  expect(watch.look({ state: 'running', currentTimeS: 5.1, nowMs: 3_600_100 })).toBe('fine')
})

test('a context that is held back is asked to resume once a second, a closed one is opened again', () => {
  const watch = new OutputWatch()
  const states = Array.from({ length: 25 }, (_, i) =>
    watch.look({ state: 'interrupted', currentTimeS: 5, nowMs: i * 100 }),
  )
  expect(states.filter((verdict) => verdict === 'resume')).toHaveLength(3)
  expect(watch.look({ state: 'closed', currentTimeS: 5, nowMs: 9000 })).toBe('reopen')
})

test('a rate correction counts once half a minute has passed undisturbed', () => {
  const ppm = new SteadyPpm()
  for (let i = 0; i < 390; i++) ppm.add(i < 200 ? 500 : 40 + (i % 2), 7, i * 100)
  expect(ppm.value).toBeUndefined()
  for (let i = 390; i < 500; i++) ppm.add(40 + (i % 2), 7, i * 100)
  expect(ppm.value).toBeCloseTo(40.5, 0)
  const before = ppm.value
  for (let i = 500; i < 700; i++) ppm.add(900, 8, i * 100)
  expect(ppm.value).toBe(before)
})

const measured = (ms: number): Lead => ({ ms, source: 'measured' })

test('what is measured is no growth beyond what was only reported', () => {
  const growth = new OutputGrowth()
  for (let second = 0; second < 100; second++)
    expect(growth.tick(second < 5 ? { ms: 10, source: 'reported' } : measured(40), second * 1000)).toBe(false)
})

test('a device that became slower is opened again, less and less often when that does not help', () => {
  const growth = new OutputGrowth()
  const opened: number[] = []
  const outputMs = (second: number) => (second % 100 < 50 ? 22 : 45)
  for (let second = 0; second < 1000; second++) {
    if (growth.tick(measured(outputMs(second)), second * 1000)) opened.push(second)
  }
  expect(opened).toEqual([60, 160, 280, 560])
})

test('a device that is slow from the start, or for a moment, is left alone', () => {
  const growth = new OutputGrowth()
  for (let second = 0; second < 600; second++) {
    expect(growth.tick(measured(second % 20 < 8 ? 210 : 200), second * 1000)).toBe(false)
    expect(growth.tick({ ms: undefined, source: undefined }, second * 1000)).toBe(false)
  }
})
