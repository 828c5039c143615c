// What an audio worklet of Chromium allocates that does nothing but read the clock: no engine can be below it.
import type { HeapProfiler } from 'node:inspector'
import type { Browser } from 'playwright-core'
import { WorkletHeap } from './worklet-heap.ts'

/** `process`, as the engine's shell has it: two outputs, and the only clock there is. */
const PROCESSOR = `
let kept = 0
registerProcessor('floor', class extends AudioWorkletProcessor {
  process(inputs, outputs) {
    const left = outputs[0]?.[0]
    kept = Date.now()
    return left !== undefined || kept > 0
  }
})`

const START = `(async () => {
  const context = new AudioContext()
  const module = new Blob([${JSON.stringify(PROCESSOR)}], { type: 'text/javascript' })
  await context.audioWorklet.addModule(URL.createObjectURL(module))
  new AudioWorkletNode(context, 'floor', { outputChannelCount: [2] }).connect(context.destination)
  await context.resume()
})()`

/** What it allocates while `work` lasts, in a tab of its own at `url`; `settle`: until it is compiled. */
export async function workletFloor(
  browser: Browser,
  url: string,
  settle: () => Promise<void>,
  work: () => Promise<void>,
): Promise<HeapProfiler.SamplingHeapProfileNode> {
  const tab = await browser.newPage()
  const devtools = await tab.context().newCDPSession(tab)
  await devtools.send('Page.setBypassCSP', { enabled: true })
  await tab.goto(url)
  await devtools.send('Runtime.evaluate', { expression: START, awaitPromise: true, userGesture: true })
  const heap = await WorkletHeap.of(tab)
  await settle()
  const head = await heap.sample(work)
  await tab.close()
  return head
}
