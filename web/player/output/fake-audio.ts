import { type Bank, ControlBlock } from '../../../src/shared/ring/control-block.ts'

/** For tests: a context whose clock the test moves, and whose device it can take away. */
export class FakeContext extends EventTarget {
  static made: FakeContext[] = []
  /** What the next ones are born with. */
  static next = { sampleRate: 48_000, state: 'running', opens: true }

  readonly options: { latencyHint?: number; sinkId?: string }
  readonly sampleRate = FakeContext.next.sampleRate
  readonly destination = {}
  get audioWorklet(): { addModule: () => Promise<void> } {
    return { addModule: () => Promise.resolve() }
  }
  readonly fades: { value: number; ramps: number[] }[] = []
  readonly #opens = FakeContext.next.opens
  state = 'suspended'
  currentTime = 0
  baseLatency = 0.003
  /** How often it was asked for what may block the audio of a real one. */
  readonly asked = { outputLatency: 0, timestamp: 0 }
  outputLatencyS = 0.02
  playbackStats = { underrunEvents: 0 }
  resumed = 0
  /** While true the clock stands, as when the device is gone and nobody was told. */
  stuck = false
  node: FakeWorkletNode | undefined

  constructor(options: { latencyHint?: number; sinkId?: string } = {}) {
    super()
    this.options = options
    FakeContext.made.push(this)
    const { state } = FakeContext.next
    queueMicrotask(() => (this.#opens ? this.become(state) : this.dispatchEvent(new Event('error'))))
  }

  get outputLatency(): number {
    this.asked.outputLatency++
    return this.outputLatencyS
  }

  become(state: string): void {
    if (this.state === 'closed') return
    this.state = state
    this.dispatchEvent(new Event('statechange'))
  }

  /** Time passes: the clock runs, and the worklet has something to play. */
  run(ms: number): void {
    if (this.state !== 'running' || this.stuck) return
    this.currentTime += ms / 1000
    if (this.currentTime > 0.2) this.node?.control.set('playing', 1)
  }

  createGain() {
    const ramps: number[] = []
    const gain = {
      value: 1,
      cancelScheduledValues() {},
      setValueAtTime() {},
      setTargetAtTime() {},
      linearRampToValueAtTime: (value: number) => void ramps.push(value),
    }
    this.fades.push({ value: 0, ramps })
    const node = { gain, connect: (to: unknown) => to }
    return node
  }

  /** What is added to the output beside the worklet, and where it goes. */
  readonly constants: { offset: { value: number }; to: unknown; started: boolean }[] = []

  createConstantSource() {
    const constant = { offset: { value: 1 }, to: undefined as unknown, started: false }
    this.constants.push(constant)
    return {
      offset: constant.offset,
      connect: (to: unknown) => {
        constant.to = to
      },
      start: () => {
        constant.started = true
      },
    }
  }

  getOutputTimestamp() {
    this.asked.timestamp++
    return { contextTime: 0, performanceTime: 0 }
  }

  resume(): Promise<void> {
    this.resumed++
    return Promise.resolve()
  }

  close(): Promise<void> {
    this.state = 'closed'
    return Promise.resolve()
  }
}

interface NodeOptions {
  control: SharedArrayBuffer
  bank: Bank
  rehearses: boolean
}

/** For tests: the node, with the worklet's side of the control block. */
export class FakeWorkletNode {
  readonly control: ControlBlock
  readonly bank: Bank
  /** It was told to take its time before it plays. */
  readonly rehearses: boolean
  readonly messages: unknown[] = []
  readonly port = { postMessage: (message: unknown) => void this.messages.push(message) }

  constructor(context: FakeContext, _name: string, { processorOptions }: { processorOptions: NodeOptions }) {
    this.control = new ControlBlock(processorOptions.control, processorOptions.bank)
    this.bank = processorOptions.bank
    this.rehearses = processorOptions.rehearses
    context.node = this
  }

  connect(to: unknown): unknown {
    return to
  }

  disconnect(): void {}
}
