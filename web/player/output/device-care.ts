import type { ControlBlock } from '../../../src/shared/ring/control-block.ts'
import { browserStore, type Store } from '../memory/store.ts'
import { DeviceMemory } from './device-memory.ts'
import { HintLadder } from './hint-ladder.ts'
import { type Lead, OutputGrowth } from './output-growth.ts'
import type { OutputStage } from './output-stage.ts'
import { SteadyPpm } from './steady-ppm.ts'

const JUDGE_MS = 1000
const REMEMBER_MS = 10_000

/** What one output device needs, learnt while it plays and kept between visits: callback size and rate correction. */
export class DeviceCare {
  readonly #control: ControlBlock
  readonly #memory: DeviceMemory
  readonly #ppm = new SteadyPpm()
  readonly #growth = new OutputGrowth()
  #deviceId: string
  #ladder: HintLadder
  #judgedMs = 0
  #rememberedMs = 0
  #played = false

  constructor(control: ControlBlock, deviceId: string, store: Store | undefined = browserStore()) {
    this.#control = control
    this.#memory = new DeviceMemory(store)
    this.#deviceId = deviceId
    this.#ladder = new HintLadder(this.#memory.load(deviceId))
  }

  /** Another device is wanted. */
  turnTo(deviceId: string): void {
    this.#deviceId = deviceId
    this.#ladder = new HintLadder(this.#memory.load(deviceId))
    this.#played = false
  }

  /** Frames per callback to ask the device for. */
  get hintFrames(): number {
    return this.#ladder.hintFrames
  }

  /** Tells a worklet that is about to start which rate correction was right for this device. */
  seed(stage: OutputStage): void {
    const { ppm, rateHz } = this.#memory.load(stage.deviceId)
    this.#control.set('seedPpm', rateHz === stage.context.sampleRate ? ppm : 0)
  }

  /** A stage is heard from now on. */
  started(stage: OutputStage, nowMs: number): void {
    this.#ppm.reset()
    this.#growth.reset()
    this.#ladder.started(underruns(stage), nowMs)
    this.#rememberedMs = nowMs
  }

  /**
   * Ten times a second while `stage` is heard, whose output takes `lead`. True: open the device again, it needs larger
   * callbacks, may do with smaller ones, or has become slower.
   */
  tick(stage: OutputStage, streamRateHz: number, lead: Lead, nowMs: number): boolean {
    if (!stage.playing || stage.deviceId !== this.#deviceId) return false
    this.#played = true
    const control = this.#control
    this.#ppm.add(control.get('ppm'), control.get('underrunEpisodes') + control.get('resyncs'), nowMs)
    if (Math.abs(nowMs - this.#rememberedMs) >= REMEMBER_MS) this.remember(stage, nowMs)
    if (Math.abs(nowMs - this.#judgedMs) < JUDGE_MS) return false
    this.#judgedMs = nowMs
    const grantedFrames = (control.get('burstFrames') * stage.context.sampleRate) / streamRateHz
    const grown = this.#growth.tick(lead, nowMs)
    // In a room everybody waits for the slowest anyway, and an output that changes is a moment out of step.
    const isFree = control.get('roomSerial') === 0
    if (!this.#ladder.tick(underruns(stage), grantedFrames, isFree, nowMs)) return grown
    this.remember(stage, nowMs)
    return true
  }

  /** Keeps what was learnt; a device that never played has taught nothing. */
  remember(stage: OutputStage, nowMs: number): void {
    this.#rememberedMs = nowMs
    if (!this.#played || stage.deviceId !== this.#deviceId) return
    const ppm = this.#ppm.value
    this.#memory.save(this.#deviceId, {
      ...this.#memory.load(this.#deviceId),
      ...this.#ladder.remember(),
      ...(ppm === undefined ? {} : { ppm, rateHz: stage.context.sampleRate }),
    })
  }
}

/** The browser's own count where it has one, else callbacks that came too late to have been in time. */
function underruns({ context, control }: OutputStage): number {
  return context.playbackStats?.underrunEvents ?? control.get('lateCallbacks')
}
