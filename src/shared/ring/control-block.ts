// The small shared memory beside the sample ring: what worker, worklet and page tell each other without
// messages. Every slot has one writing thread; everybody may read. Slots are Float64, read and written as
// whole words; the only group that must be read together, the media line, is guarded by a sequence lock.
//
// Memory: Int32 sequence[2] (seqlock of the line, unused), then Float64 slots[SLOT count].

/** Written by the network worker. */
const WORKER_SLOTS = [
  // The media line: position that could be playing at time t, `M(t) = linePosition + (t − lineMs)·rate/1000`.
  // Local time in ms (performance.timeOrigin + performance.now()). Guarded by the sequence lock.
  'lineSerial', // 0: no stream; else which stream (1, 2, …) the ring holds
  'lineMs',
  'linePosition',
  'lineRateHz',
  // Delay the worker asks for on top of the device's own burst, in stream frames; the worklet adds the burst.
  'marginFrames',
  // When > 0 the target is this many stream frames, burst included (set by hand).
  'fixedTargetFrames',
  // Date.now() minus local time, ms: the worklet has only Date.now().
  'dateSkewMs',
  // Figures for the page.
  'packetsReceived',
  'packetsLate',
  'packetsMissing',
  'messagesBad',
  'streamId',
  'captureMs', // capture → arrival at its least, less networkMs; NaN while the clock is unknown
  'networkMs', // half the least round trip
  'clockOffsetMs', // server clock minus local time
  'clockErrorMs', // half the round trip the offset was taken from
  'captureAnchorMs', // local time at which `captureAnchorPosition` was captured
  'captureAnchorPosition',
  'newestPosition', // one past the newest frame received
] as const

/** Written by the audio worklet. */
const WORKLET_SLOTS = [
  'playSerial', // which stream is playing; 0: none
  'playPosition', // position leaving the worklet …
  'playMs', // … at this local time
  'contextFrame',
  'playing', // 1 while audio of a stream is being played
  'targetFrames',
  'delayFrames', // smoothed M − position at the start of a device callback
  'ppm',
  'burstFrames', // stream frames pulled in one device callback
  'underrunEpisodes',
  'concealedFrames',
  'resyncs',
  'quanta',
  'peakLeft',
  'peakRight',
  'rmsLeft',
  'rmsRight',
] as const

const SLOTS = [...WORKER_SLOTS, ...WORKLET_SLOTS]
export type Slot = (typeof SLOTS)[number]
const INDEX = Object.fromEntries(SLOTS.map((name, i) => [name, i])) as Record<Slot, number>
const HEAD_BYTES = 8

export interface MediaLine {
  serial: number
  ms: number
  position: number
  rateHz: number
}

export function createControlBlock(): SharedArrayBuffer {
  return new SharedArrayBuffer(HEAD_BYTES + SLOTS.length * 8)
}

/** A view of the block; each thread builds its own. No method allocates or blocks. */
export class ControlBlock {
  readonly #sequence: Int32Array
  readonly #slots: Float64Array

  constructor(memory: SharedArrayBuffer) {
    this.#sequence = new Int32Array(memory, 0, 2)
    this.#slots = new Float64Array(memory, HEAD_BYTES, SLOTS.length)
  }

  get(slot: Slot): number {
    return this.#slots[INDEX[slot]] as number
  }

  /** Only the slot's own thread may. */
  set(slot: Slot, value: number): void {
    this.#slots[INDEX[slot]] = value
  }

  /** Only the slot's own thread may. */
  add(slot: Slot, amount: number): void {
    this.#slots[INDEX[slot]] = this.get(slot) + amount
  }

  /** Worker: publishes the line as one. Readers that look in between keep what they had. */
  writeLine(line: MediaLine): void {
    Atomics.add(this.#sequence, 0, 1)
    this.set('lineSerial', line.serial)
    this.set('lineMs', line.ms)
    this.set('linePosition', line.position)
    this.set('lineRateHz', line.rateHz)
    Atomics.add(this.#sequence, 0, 1)
  }

  /** Anyone: fills `out` and returns true, or false (and `out` is not to be used) when a write was under way. */
  readLine(out: MediaLine): boolean {
    const before = Atomics.load(this.#sequence, 0)
    if (before & 1) return false
    out.serial = this.get('lineSerial')
    out.ms = this.get('lineMs')
    out.position = this.get('linePosition')
    out.rateHz = this.get('lineRateHz')
    return Atomics.load(this.#sequence, 0) === before
  }
}
