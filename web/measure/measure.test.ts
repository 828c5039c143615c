import { describe, expect, test } from 'vitest'
import { ControlBlock, createControlBlock } from '../../src/shared/ring/control-block.ts'
import { type MeasuredPath, measure, offBy } from './measure.ts'

const TIMES = {
  ...{ streamId: 1, position: 44_100, captureUs: 5_000_000, mixedUs: 5_003_100, handedUs: 5_003_200 },
  ...{ receivedUs: 5_003_500, sentUs: 5_003_900 },
}

/** A path in virtual time. `at`: what happens when so much of it has passed, ms. */
function path(at: Record<number, (control: ControlBlock) => void>, over: Partial<MeasuredPath> = {}) {
  const control = new ControlBlock(createControlBlock())
  control.set('clockOffsetMs', 2000)
  let nowMs = 0
  const whole: MeasuredPath = {
    control,
    rateHz: 44_100,
    contextRateHz: 48_000,
    estimate: { capture: 4, network: 1, buffer: 15, output: 20, total: 40, errorMs: 2 },
    leadMs: 21,
    // Context time 1 s is heard at 3041; what is heard now is 21 ms behind what leaves.
    stamp: () => ({ contextS: nowMs / 1000 + 0.9, localMs: nowMs + 2941 }),
    send: async () => TIMES,
    nowMs: () => nowMs,
    wait: async (ms) => {
      for (const [time, happens] of Object.entries(at))
        if (Number(time) >= nowMs && Number(time) < nowMs + ms) happens(control)
      nowMs += ms
    },
    ...over,
  }
  return { whole, passedMs: () => nowMs }
}

const arrives = (control: ControlBlock) => {
  control.set('markerStreamPosition', 44_100)
  control.set('markerPosition', 44_100)
  control.set('markerFrom', 44_100)
  control.set('markerArrivedMs', 3005)
  control.add('markerSerial', 1)
}
const isFound = (control: ControlBlock) => {
  control.set('markerFrame', 48_000)
  control.set('markerScore', 50)
  control.set('markerMs', 3020)
  control.set('markerDone', control.get('markerSerial'))
}

describe('a measurement', () => {
  test('that found the marker has every hop, and says how it compares', async () => {
    const result = await measure(path({ 50: arrives, 130: isFound }).whole)
    if (!result.detected) throw new Error(result.words)
    expect(result.totalMs).toBeCloseTo(41, 9)
    expect(result.confidence).toBe(1)
    expect(result.words).toBe(
      'The marker took 41.0 ms, 1.0 ms more than estimated, most of it in the output.',
    )
  })

  test('that was refused has the server’s words', async () => {
    const send = () => Promise.reject(new Error('Somebody is measuring just now.'))
    expect(await measure(path({}, { send }).whole)).toEqual({
      ...{ detected: false, why: 'refused', words: 'Somebody is measuring just now.' },
    })
  })

  test('whose marker never comes gives up after five seconds', async () => {
    const { whole, passedMs } = path({})
    expect(await measure(whole)).toMatchObject({ detected: false, why: 'not-arrived' })
    expect(passedMs()).toBeGreaterThan(5000)
    expect(passedMs()).toBeLessThan(5100)
  })

  test('of a paused room says that it is', async () => {
    const paused = (control: ControlBlock) => {
      arrives(control)
      control.set('markerPosition', Number.NaN)
    }
    expect(await measure(path({ 50: paused }).whole)).toMatchObject({ detected: false, why: 'paused' })
  })

  test('of a room that is seven seconds behind waits for them', async () => {
    const behind = (control: ControlBlock) => {
      arrives(control)
      control.set('playPosition', 44_100 - 7 * 44_100)
    }
    expect(await measure(path({ 50: behind, 7100: isFound }).whole)).toMatchObject({ detected: true })
  })

  test('whose marker arrives and does not leave the worklet says that', async () => {
    expect(await measure(path({ 50: arrives }).whole)).toMatchObject({ detected: false, why: 'not-played' })
  })

  test('whose marker fell into a gap says that', async () => {
    const gone = (control: ControlBlock) => {
      isFound(control)
      control.set('markerFrame', Number.NaN)
    }
    expect(await measure(path({ 50: arrives, 130: gone }).whole)).toMatchObject({ why: 'not-heard' })
  })

  test('on an output whose times are not known yet says that', async () => {
    const { whole } = path({ 50: arrives, 130: isFound }, { leadMs: undefined, stamp: () => undefined })
    expect(await measure(whole)).toMatchObject({ detected: false, why: 'no-clock' })
  })

  test('on an output without timestamps goes by when the worklet put it out', async () => {
    const late = (control: ControlBlock) => {
      isFound(control)
      control.set('markerMs', 3025)
    }
    const result = await measure(path({ 50: arrives, 130: late }, { stamp: () => undefined }).whole)
    if (!result.detected) throw new Error(result.words)
    expect(result.totalMs).toBeCloseTo(3025 + 21 - 3000, 9)
  })

  test('goes by what most timestamps near the marker say, not by what others did', async () => {
    let asked = 0
    const stamp = () => {
      asked++
      // Every fourth is 30 ms off; a second later the device had stood still.
      const offMs = asked % 4 === 0 ? 30 : 0
      return { contextS: 0.9 + asked / 100, localMs: 2941 + asked * 10 + offMs }
    }
    const result = await measure(path({ 50: arrives, 130: isFound }, { stamp }).whole)
    if (!result.detected) throw new Error(result.words)
    expect(result.totalMs).toBeCloseTo(41, 9)
  })

  test('takes a marker of somebody else for none of its own', async () => {
    const other = (control: ControlBlock) => {
      arrives(control)
      control.set('markerStreamPosition', 99)
    }
    expect(await measure(path({ 50: other }).whole)).toMatchObject({ why: 'not-arrived' })
  })
})

test('the server’s part is in the estimate of the capture', () => {
  const capture = { name: 'capture', measuredMs: 3, estimateMs: 4 } as const
  const server = { name: 'server', measuredMs: 2, estimateMs: null } as const
  expect(offBy(capture, [capture, server])).toBe(1)
  expect(offBy(server, [capture, server])).toBe(0)
})
