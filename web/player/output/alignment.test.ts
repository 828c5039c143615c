import { expect, test } from 'vitest'
import { ControlBlock, createControlBlock } from '../../../src/shared/ring/control-block.ts'
import { Alignment } from './alignment.ts'
import { TrimMemory } from './trim-memory.ts'

const ORIGIN_MS = 1_000_000
const RATE_HZ = 44_100

/** An output on which context time c leaves the worklet at local time ORIGIN + 300 + c, and is heard `leadMs` later. */
function start() {
  let held: string | null = null
  const memory = new TrimMemory({
    getItem: () => held,
    setItem: (_, value) => {
      held = value
    },
  })
  const control = new ControlBlock(createControlBlock())
  control.set('playing', 1)
  const alignment = new Alignment(control, memory, () => ORIGIN_MS)
  alignment.begin('')
  let nowMs = 1000
  const pass = (ms: number, leadMs: number) => {
    for (const endMs = nowMs + ms; nowMs < endMs; nowMs += 100) {
      const contextMs = nowMs - 300
      control.set('playMs', ORIGIN_MS + nowMs)
      control.set('playPosition', 5000 + (contextMs * RATE_HZ) / 1000)
      control.set('contextZeroPosition', 5000)
      const contextTimeS = (contextMs - leadMs) / 1000
      alignment.sample({ contextTimeS, performanceMs: nowMs, nowMs }, RATE_HZ)
    }
    return ORIGIN_MS + nowMs
  }
  return { alignment, control, memory, pass }
}

test('the context time of what is heard at a given time, trim and all', () => {
  const { alignment, control, pass } = start()
  expect(alignment.contextTimeS(ORIGIN_MS + 5000)).toBeUndefined()
  const localMs = pass(5000, 30)
  expect(control.get('outputLeadMs')).toBeCloseTo(30, 6)
  const leaves = localMs - 30 - ORIGIN_MS - 300
  expect(alignment.contextTimeS(localMs)).toBeCloseTo(leaves / 1000, 6)
  alignment.setTrim(20)
  expect(alignment.contextTimeS(localMs)).toBeCloseTo((leaves - 20) / 1000, 6)
  expect(control.get('trimMs')).toBe(20)
})

test('what was measured is where the next visit begins', () => {
  const { alignment, control, memory, pass } = start()
  pass(15_000, 30)
  alignment.begin('')
  expect(control.get('outputLeadMs')).toBeCloseTo(30, 6)
  expect(alignment.lead.source).toBe('remembered')
  const next = new ControlBlock(createControlBlock())
  new Alignment(next, memory, () => ORIGIN_MS).begin('')
  expect(next.get('outputLeadMs')).toBeCloseTo(30, 6)
})

test('a device that is new begins with what is known of the one before it, never with nothing', () => {
  const { alignment, control, pass } = start()
  pass(15_000, 30)
  alignment.begin('usb')
  expect(control.get('outputLeadMs')).toBeCloseTo(30, 6)
  pass(15_000, 12)
  expect(control.get('outputLeadMs')).toBeCloseTo(12, 6)
  alignment.begin('')
  expect(control.get('outputLeadMs')).toBeCloseTo(30, 6)
})
