// Thread: capture child. Wires one input to the server: stamp, measure, mix, hand over. Lives as long as its
// source; everything that goes wrong with that is a `fault` message and an exit code.
import {
  CAPTURE_EXIT,
  type CaptureFault,
  type CaptureSettings,
  type FromCapture,
  type GainMatrix,
  HAND_OVER_CREDIT_MS,
  type ToCapture,
} from '../shared/capture-messages.ts'
import { unreachable } from '../shared/unreachable.ts'
import { ChildFacts } from './child-facts.ts'
import { HandOver } from './hand-over.ts'
import { seenInputs } from './inputs/device-choice.ts'
import { type Input, InputError, type Log } from './inputs/input.ts'
import { openWhenThere } from './look-again.ts'
import { MarkerVoice } from './marker-voice.ts'
import { Meters } from './meters.ts'
import { Mixer } from './mixer.ts'
import { nowUs } from './monotonic.ts'
import { openInput } from './open-input.ts'
import { gainsFault, settingsFaults } from './settings.ts'
import { Stamper } from './stamping.ts'

/** No block for this many ticks in a row is a stall. Ticks, not time: after a sleep of the machine one tick comes, not five. */
const STALL_TICK_MS = 100
const STALL_TICKS = 5
/** Until a program's first block: it may take a while to begin, less than the server waits for a sign of life. */
const FIRST_BLOCK_TICKS = 40
/** How long an input may take to let go before the process ends anyway. A device: 25 ms as a rule, for ever when it is dead. */
const STOP_GRACE_MS = 300

/** Where things go from here. */
export interface CaptureOutlets {
  send(message: FromCapture): void
  sendPacket(bytes: Uint8Array): void
  /** Ends the process once what was sent is on its way; by force when something would hold an orderly exit. */
  exit(code: number, isHeld: boolean): void
}

export class CaptureProcess {
  readonly #send: (message: FromCapture) => void
  readonly #sendPacket: (bytes: Uint8Array) => void
  readonly #exit: CaptureOutlets['exit']
  #input: Input | undefined
  #mixer: Mixer | undefined
  #handOver: HandOver | undefined
  #planMarker: () => void = () => {}
  #watchdog: NodeJS.Timeout | undefined
  #silentTicks = 0
  #mostSilentTicks = FIRST_BLOCK_TICKS
  #started = false
  #ending = false

  constructor({ send, sendPacket, exit }: CaptureOutlets) {
    this.#send = send
    this.#sendPacket = sendPacket
    this.#exit = exit
  }

  /** Takes one message of the server. */
  hear(message: ToCapture): void {
    switch (message.kind) {
      case 'start':
        if (this.#started) throw new Error('started twice')
        this.#started = true
        void this.#start(message.settings)
        return
      case 'devices':
        void this.#look()
        return
      case 'mix':
        this.#mix(message.gains)
        return
      case 'ack':
        this.#handOver?.ack(message.position)
        return
      case 'marker':
        this.#planMarker()
        return
      case 'stop':
        void this.end(CAPTURE_EXIT.asked)
        return
      default:
        unreachable(message)
    }
  }

  /** Lets go of the source, then ends the process. */
  async end(code: number): Promise<void> {
    if (this.#ending) return
    this.#ending = true
    clearInterval(this.#watchdog)
    const grace = new Promise((resolve) => setTimeout(resolve, STOP_GRACE_MS))
    // A device that gives nothing does not let go either: whoever waits for it waits for ever.
    const isHeld = code === CAPTURE_EXIT.stalled && this.#input?.source.input === 'device'
    if (!isHeld) await Promise.race([this.#input?.stop(), grace])
    this.#exit(code, isHeld)
  }

  async #look(): Promise<void> {
    const { loadNaudiodon } = await import('./inputs/naudiodon.ts')
    try {
      this.#send({ kind: 'devices', devices: seenInputs(loadNaudiodon().getDevices()) })
      void this.end(CAPTURE_EXIT.asked)
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      this.#fault(error.reason, `${error.message}. ${error.advice}`, CAPTURE_EXIT.badSettings)
    }
  }

  async #start(settings: CaptureSettings): Promise<void> {
    const faults = settingsFaults(settings)
    if (faults.length > 0) return this.#fault('bad-settings', faults.join(' '), CAPTURE_EXIT.badSettings)
    const log: Log = (level, message) => this.#send({ kind: 'log', level, message })
    try {
      const open = () => openInput(settings, log, (devices) => this.#send({ kind: 'devices', devices }))
      const { input, gains } = await (settings.reopening ? openWhenThere(open) : open())
      this.#input = input
      if (this.#ending) return
      const { channels, rateHz, bits } = input.source
      if (input.source.input === 'device')
        this.#mostSilentTicks = Math.ceil(settings.firstBlockMs / STALL_TICK_MS)
      this.#run(input, new Mixer(channels, rateHz, bits, gains), settings.streamId)
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      const code = settings.reopening ? CAPTURE_EXIT.sourceLost : CAPTURE_EXIT.badSettings
      this.#fault(error.reason, `${error.message}. ${error.advice}`, code)
    }
  }

  #run(input: Input, mixer: Mixer, streamId: number): void {
    const { rateHz, bits, channels, periodFrames } = input.source
    const stamper = new Stamper(rateHz, periodFrames)
    const meters = new Meters(channels, rateHz, bits)
    const facts = new ChildFacts()
    const handOver = new HandOver({
      streamId,
      rateHz,
      frames: periodFrames,
      bits,
      creditMs: HAND_OVER_CREDIT_MS,
      send: this.#sendPacket,
    })
    this.#mixer = mixer
    this.#handOver = handOver
    const marker = new MarkerVoice(rateHz, bits)
    this.#planMarker = () => {
      const position = marker.plan(stamper.position + periodFrames, periodFrames)
      this.#send({ kind: 'marker', stage: 'planned', position })
    }
    let blocks = 0
    let overflows = 0
    let toldLostFrames = 0
    const lost = (why: string): void => this.#fault('source-lost', why, CAPTURE_EXIT.sourceLost)
    input.start((samples, arrivalUs, gapFrames, overflow) => {
      if (this.#ending) return
      this.#silentTicks = 0
      this.#mostSilentTicks = STALL_TICKS
      facts.intervals.add(performance.now())
      blocks++
      if (overflow) overflows++
      stamper.take(arrivalUs, gapFrames, overflow)
      const packet = handOver.blank()
      packet.header.position = stamper.position
      packet.header.captureUs = stamper.captureUs
      mixer.mix(samples, packet.samples)
      const { position, captureUs } = packet.header
      const step = marker.add(position, packet.samples)
      const mixedUs = step === 'begun' ? nowUs() : 0
      handOver.offer(packet)
      if (step === 'begun')
        this.#send({ kind: 'marker', stage: 'put', position, captureUs, mixedUs, handedUs: nowUs() })
      else if (step === 'lost') this.#send({ kind: 'marker', stage: 'lost', position })
      if (!meters.add(samples)) return
      const { gaps, gapFrames: lostFrames } = stamper
      if (lostFrames > toldLostFrames) {
        const ms = Math.round(((lostFrames - toldLostFrames) / rateHz) * 1000)
        this.#send({ kind: 'log', level: 'warn', message: `"${input.source.name}" lost ${ms} ms of sound.` })
        toldLostFrames = lostFrames
      }
      const { droppedBlocks, droppedFrames } = handOver
      const { clippedFrames } = mixer
      const counters = {
        blocks,
        overflows,
        gaps,
        gapFrames: lostFrames,
        clippedFrames,
        droppedBlocks,
        droppedFrames,
      }
      this.#send({ kind: 'levels', peak: meters.peak, rms: meters.rms, counters })
      const told = facts.window()
      if (told !== undefined) this.#send(told)
    }, lost)
    this.#send({ kind: 'ready', source: input.source })
    this.#watchdog = setInterval(() => this.#watch(input), STALL_TICK_MS)
  }

  #watch(input: Input): void {
    if (++this.#silentTicks < this.#mostSilentTicks) return
    const ms = this.#silentTicks * STALL_TICK_MS
    const why = `No sound data from "${input.source.name}" for ${ms} ms. Is it still connected and switched on?`
    this.#fault('stalled', why, CAPTURE_EXIT.stalled)
  }

  #mix(gains: GainMatrix): void {
    const channels = this.#input?.source.channels
    // One input goes to both sides, unless the mix is of this one.
    if (channels === undefined || (channels === 1 && gains[0]?.length !== 1)) return
    const fault = gainsFault(gains, channels)
    if (fault === undefined) this.#mixer?.setGains(gains)
    else this.#send({ kind: 'log', level: 'warn', message: `A new mix was not taken. ${fault}` })
  }

  #fault(reason: CaptureFault, message: string, code: number): void {
    if (this.#ending) return
    this.#send({ kind: 'fault', reason, message })
    void this.end(code)
  }
}
