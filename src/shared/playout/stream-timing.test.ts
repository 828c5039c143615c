import { expect, test } from 'vitest'
import { ControlBlock, createControlBlock } from '../ring/control-block.ts'
import { StreamTiming } from './stream-timing.ts'

const RATE = 48_000
const PACKET_MS = 10

/** A worker's half and the worklet's view of it. */
function pair() {
  const memory = createControlBlock()
  const timing = new StreamTiming(new ControlBlock(memory))
  const worklet = new ControlBlock(memory, 0)
  timing.begin(1, RATE)
  let packet = 0
  return {
    timing,
    worklet,
    line: { serial: 0, ms: 0, position: 0, rateHz: 0 },
    /** Packets that were this much late, ms, one after the other. */
    come(...latenessMs: number[]) {
      for (const lateMs of latenessMs) {
        const captureMs = packet * PACKET_MS
        const position = (captureMs * RATE) / 1000
        timing.add({ position, captureUs: captureMs * 1000 }, 5000 + captureMs + lateMs)
        timing.publish(5000 + captureMs + lateMs)
        packet++
      }
    },
    /** What the worklet does at each callback; undefined when nothing came since. */
    take(): number | undefined {
      const serial = worklet.get('latePeakSerial')
      if (worklet.get('latePeakTaken') === serial) return undefined
      worklet.set('latePeakTaken', serial)
      return worklet.get('latePeakMs')
    },
  }
}

test('the worklet gets the worst lateness since it last looked, once', () => {
  const { come, take } = pair()
  expect(take()).toBeUndefined()
  come(0, 0, 7, 3, 0)
  expect(take()).toBeCloseTo(7)
  expect(take()).toBeUndefined()
  come(2)
  expect(take()).toBeCloseTo(2)
  come(0)
  expect(take()).toBeCloseTo(0)
})

test('no peak is lost, however the two take turns', () => {
  const { come, take } = pair()
  come(0)
  take()
  let heard = 0
  let sent = 0
  for (let i = 1; i < 2000; i++) {
    const lateMs = (i * 7919) % 13
    sent = Math.max(sent, lateMs)
    come(lateMs)
    if (i % (1 + (i % 5)) !== 0) continue
    heard = take() as number
    expect(heard).toBeCloseTo(sent, 6)
    sent = 0
  }
  expect(heard).toBeGreaterThanOrEqual(0)
})

test('a stream that begins has not been late', () => {
  const { timing, come, worklet } = pair()
  come(0, 50)
  timing.begin(2, RATE)
  expect(worklet.get('latePeakMs')).toBe(0)
})

test('the line is that of the quickest packets, and says which stream it is of', () => {
  const { come, worklet, line } = pair()
  come(...Array.from({ length: 100 }, (_, i) => (i % 4 === 0 ? 0 : i % 9)))
  expect(worklet.readLine(line)).toBe(true)
  expect(line.serial).toBe(1)
  expect(line.rateHz).toBe(RATE)
  expect(line.position + ((6000 - line.ms) * RATE) / 1000).toBeCloseTo(RATE, 3)
})

test('a stream that has ended has no line, and one that goes on gets it back with its next packets', () => {
  const { timing, come, worklet, line } = pair()
  come(...new Array(30).fill(0))
  timing.end(5300)
  worklet.readLine(line)
  expect(line.serial).toBe(0)
  timing.resume(2)
  come(...new Array(30).fill(0))
  worklet.readLine(line)
  expect(line.serial).toBe(0)
  timing.resume(1)
  come(...new Array(30).fill(0))
  worklet.readLine(line)
  expect(line.serial).toBe(1)
})

test('a rung of longer packets moves the line by what they take by design, at once, and none of them is late', () => {
  const { timing, come, take, worklet, line } = pair()
  timing.turnTo(3)
  come(...new Array(50).fill(3))
  take()
  worklet.readLine(line)
  const before = line.position - (line.ms * RATE) / 1000
  timing.turnTo(23)
  come(23)
  expect(take()).toBeCloseTo(0)
  worklet.readLine(line)
  expect(line.position - (line.ms * RATE) / 1000).toBeCloseTo(before - (20 * RATE) / 1000, 3)
  // What the network adds still is: the window has not forgotten.
  come(30, 23)
  expect(take()).toBeCloseTo(7)
  timing.turnTo(3)
  come(3)
  expect(take()).toBeCloseTo(0)
  worklet.readLine(line)
  expect(line.position - (line.ms * RATE) / 1000).toBeCloseTo(before, 3)
})

test('packets the server had kept are old, not late; the first that is as late as the one before counts again', () => {
  const { timing, come, take } = pair()
  come(...new Array(50).fill(0))
  take()
  timing.expectPast()
  // Twelve packets of the past in one go, then live ones.
  come(...Array.from({ length: 12 }, (_, i) => 115 - i * PACKET_MS))
  come(5)
  expect(take()).toBeCloseTo(5)
  expect(timing.takeWorstMs()).toBeCloseTo(5)
  expect(timing.takeWorstMs()).toBe(0)
  timing.expectPast()
  come(80, 80)
  expect(take()).toBeCloseTo(80)
})

test('how long packets take from their capture is told once the server clock is known, by what it is then', () => {
  const { timing, come, worklet } = pair()
  come(...new Array(50).fill(3))
  expect(worklet.get('transitMs')).toBeNaN()
  // Local time is 4,980 ms ahead of the server's, and runs 100 ppm slow: what came at 5,003 took 23 ms.
  const clock = {
    offsetMs: -4980,
    errorMs: 1,
    networkMs: 2,
    drift: 100e-6,
    sigmaMs: 0.1,
    atMs: 5493,
    epoch: 1,
  }
  timing.setClock(clock)
  expect(worklet.get('transitMs')).toBeCloseTo(23)
  come(...new Array(100).fill(3))
  expect(worklet.get('transitMs')).toBeCloseTo(23.1, 2)
  expect(worklet.get('captureMs')).toBeCloseTo(21.1, 2)
  timing.setClock(undefined)
  expect(worklet.get('transitMs')).toBeNaN()
})

test('who is sent five seconds of the past bit by bit has not been late, and knows what the way takes when it is over', () => {
  const { timing, come, take, worklet } = pair()
  const clock = { offsetMs: -4980, errorMs: 1, networkMs: 2, drift: 0, sigmaMs: 0.1, atMs: 5000, epoch: 1 }
  timing.setClock(clock)
  timing.expectCatchingUp()
  // Four times as fast as it was captured, and in bursts: some are later than those before.
  come(...Array.from({ length: 660 }, (_, i) => 5000 - i * 7.5 + (i % 10)))
  expect(worklet.get('transitMs')).toBeNaN()
  come(...new Array(100).fill(3))
  expect(take()).toBeLessThan(60)
  expect(worklet.get('transitMs')).toBeCloseTo(23)
  expect(timing.takeWorstMs()).toBeLessThan(60)
})

test('what is sent again does not make the line forget the way', () => {
  const { timing, come, take, worklet, line } = pair()
  come(...new Array(200).fill(0))
  take()
  timing.expectCatchingUp()
  come(...Array.from({ length: 298 }, (_, i) => 3000 - i * 10))
  expect(take()).toBeUndefined()
  come(...new Array(30).fill(0))
  expect(take()).toBeCloseTo(0)
  worklet.readLine(line)
  expect(line.position + ((10_280 - line.ms) * RATE) / 1000).toBeCloseTo(5.28 * RATE, 1)
})

test('the last of what is sent again is as little late as the rest, however near it has come', () => {
  const { timing, come, take } = pair()
  come(...new Array(200).fill(0))
  take()
  timing.expectCatchingUp()
  come(...Array.from({ length: 100 }, (_, i) => 997 - i * PACKET_MS))
  expect(take() ?? 0).toBe(0)
  come(2, 6)
  expect(take()).toBeCloseTo(6)
})

test('a way that has become longer meanwhile is believed when nothing has come nearer for two seconds', () => {
  const { timing, come, take, worklet } = pair()
  timing.setClock({
    ...{ offsetMs: -4980, errorMs: 1, networkMs: 2, drift: 0, sigmaMs: 0.1, atMs: 5000, epoch: 1 },
  })
  come(...new Array(200).fill(0))
  take()
  timing.expectCatchingUp()
  come(...new Array(190).fill(80))
  expect(take()).toBeUndefined()
  expect(worklet.get('transitMs')).toBeCloseTo(20)
  come(...new Array(20).fill(80))
  expect(take()).toBeCloseTo(0)
  expect(worklet.get('transitMs')).toBeCloseTo(100)
})
