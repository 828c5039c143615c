// The real child, asked for a marker while it plays.
import { expect, test } from 'vitest'
import { MarkerDetector } from '../shared/dsp/marker-detector.ts'
import { type Block, ForkedCapture, SYNTH } from './fixtures/forked-capture.ts'

test('a child that plays puts the marker where it says it will, and everybody gets it', async () => {
  const capture = new ForkedCapture({})
  await capture.wait('block', 20)
  const { planned, put, around } = await putMarker(capture)
  expect(planned.stage).toBe('planned')
  expect(put.position).toBe(planned.position)
  expect(put.captureUs).toBeLessThan(put.mixedUs)
  expect(put.mixedUs).toBeLessThanOrEqual(put.handedUs)
  const block = capture.all('block').find(({ position }) => position === put.position)
  expect(block?.captureUs).toBe(put.captureUs)

  const detector = new MarkerDetector(SYNTH.rateHz)
  detector.begin()
  const { left, right, from } = soundOf(around)
  detector.take(left, right, put.position - detector.marginFrames - from)
  expect(detector.full).toBe(true)
  while (!detector.search());
  expect(Math.abs(detector.frame - detector.marginFrames)).toBeLessThan(0.1)
})

/** On a busy machine the band has gaps, and one may be just there: then it is asked again. */
async function putMarker(capture: ForkedCapture) {
  for (let told = 1; ; told += 2) {
    capture.send({ kind: 'marker' })
    const planned = await capture.wait('marker', told)
    const put = await capture.wait('marker', told + 1)
    if (put.stage !== 'put') continue
    await capture.wait('block', capture.all('block').length + 20)
    const around = capture.all('block').filter(({ position }) => Math.abs(position - put.position) < 1500)
    const frames = (around.at(-1)?.position ?? 0) - (around[0]?.position ?? 0)
    if (frames === (around.length - 1) * SYNTH.periodFrames) return { planned, put, around }
  }
}

function soundOf(blocks: readonly Block[]) {
  const samples = blocks.flatMap(({ pcm }) => [
    ...new Int16Array(pcm.buffer.slice(pcm.byteOffset, pcm.byteOffset + pcm.byteLength)),
  ])
  const side = (channel: number) =>
    Float32Array.from({ length: samples.length / 2 }, (_, i) => (samples[2 * i + channel] as number) / 32768)
  return { left: side(0), right: side(1), from: blocks[0]?.position ?? 0 }
}
