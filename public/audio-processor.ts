// Thread: audio render. A shell: rebuilds views of the shared memory and hands every quantum to the playout
// engine. Inside process(): no allocation, no console, no throw.

import { MarkerWatch } from '../src/shared/playout/marker-watch.ts'
import { Playout } from '../src/shared/playout/playout.ts'
import { type Bank, ControlBlock } from '../src/shared/ring/control-block.ts'
import { SampleRing, type SampleRingMemory } from '../src/shared/ring/sample-ring.ts'
import { LateCallbacks } from './late-callbacks.ts'
import { rehearse } from './rehearsal.ts'

interface ProcessorOptions {
  ring: SampleRingMemory
  control: SharedArrayBuffer
  bank: Bank
  /** There is time to be had before it begins. */
  rehearses: boolean
}

class BacklinePlayout extends AudioWorkletProcessor {
  readonly #playout: Playout
  readonly #control: ControlBlock
  readonly #markers: MarkerWatch
  readonly #late = new LateCallbacks(sampleRate)

  constructor(node: { processorOptions: ProcessorOptions }) {
    super()
    const { ring, control, bank, rehearses } = node.processorOptions
    if (rehearses) rehearse(sampleRate)
    this.#control = new ControlBlock(control, bank)
    this.#markers = new MarkerWatch(this.#control, sampleRate)
    this.#playout = new Playout({
      ring: new SampleRing(ring),
      control: this.#control,
      contextRateHz: sampleRate,
    })
    // The node is not connected yet: nothing glitches.
    this.#playout.prepare()
    // `stream`: a new stream begins; what depends on its rate is built here, outside process().
    this.port.onmessage = ({ data }: MessageEvent<{ kind: 'stream'; serial: number; rateHz: number }>) => {
      if (data.kind === 'stream') this.#playout.openStream(data.serial, data.rateHz)
    }
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const left = outputs[0]?.[0]
    const right = outputs[0]?.[1]
    const dateMs = Date.now()
    if (this.#late.onQuantum(dateMs, currentFrame)) this.#control.add('lateCallbacks', 1)
    if (left !== undefined && right !== undefined) {
      this.#playout.render(left, right, currentFrame, dateMs)
      this.#markers.look(left, right, currentFrame)
    }
    return true
  }
}

registerProcessor('backline-playout', BacklinePlayout)
