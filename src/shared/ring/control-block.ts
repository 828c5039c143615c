// The small shared memory beside the sample ring: what worker, worklet and page tell each other without
// messages. Every slot has one writing thread; everybody may read. Slots are Float64, read and written as
// whole words; the groups that must be read together, the media line and the room line, are guarded by a sequence lock each.
//
// The worklet's slots exist three times: while one audio output takes over from another there are two worklets, and the one
// before them may still be fading; each has a bank of its own. The page says which bank is the one that is heard.
//
// Memory: Int32 sequence[2] (seqlocks of the media line and of the room line), then Float64: worker, page, worklet banks 0, 1, 2.

/** Written by the network worker. */
const WORKER_SLOTS = [
  // The media line: position that could be playing at time t, `M(t) = linePosition + (t − lineMs)·rate/1000`.
  // Local time in ms: the network worker's, as everywhere here. Guarded by the sequence lock.
  'lineSerial', // 0: no stream; else which stream (1, 2, …) the ring holds
  'lineMs',
  'linePosition',
  'lineRateHz',
  'profile', // index into PROFILES of playout/profile.ts
  // When > 0 the target is this many stream frames, burst included (set by hand).
  'fixedTargetFrames',
  // Date.now() minus local time, ms: the worklet has only Date.now().
  'dateSkewMs',
  // The most any packet was late since the worklet last took note, ms behind the line; a new serial begins a new peak.
  'latePeakMs',
  'latePeakSerial',
  'lineTurns', // how often the line was moved because packets of another length came
  // The room line, while this listener plays with a group: the position that is to leave the worklet at time t is
  // roomPosition + (t − roomMs)·roomRateHz/1000. Guarded by a sequence lock of its own.
  'roomSerial', // 0: none, play at the least delay; else as lineSerial
  'roomMs',
  'roomPosition',
  'roomRateHz',
  'roomSlewPpm', // part of roomRateHz that is the group's delay being moved: −1,000 while it grows
  'roomJumpMs', // an error beyond this is jumped
  // Figures for the page.
  'packetsReceived',
  'packetsLate',
  'packetsMissing',
  'gapsAnnounced', // of this connection: holes that the server said were there, so the network did not make them
  'messagesBad',
  'streamId',
  'captureMs', // capture → arrival at its least, less networkMs; NaN while the clock is unknown
  'networkMs', // half the least round trip
  'clockOffsetMs', // server clock minus local time
  'clockErrorMs', // half the round trip the offset was taken from
  'captureAnchorMs', // local time at which `captureAnchorPosition` was captured
  'captureAnchorPosition',
  'newestPosition', // one past the newest frame that has come, in the ring or held for it
  'transitMs', // capture → arrival at its least, server clock; NaN while that is unknown
  'heldMs', // audio held ready beyond the ring
  'heldDropped', // messages of it that went because too much was held
  'deliveredKbps', // what came over the socket in the last second; NaN: not connected, or not so long
  // The worst lateness between two receipts, ms: of the last time, of the time before, and how many there were.
  'latenessMs',
  'latenessBeforeMs',
  'latenessWindows',
  'decoderReady', // 1: Opus can be played
  'decoderErrors', // packets it could not decode, and times it could not be loaded
  'decoderQueued', // packets that wait for it to be loaded …
  'decoderDropped', // … and that waited in vain
  // The marker of a measurement, once the packet it begins in has come.
  'markerSerial', // grows with each
  'markerStreamPosition', // its first frame, in its stream …
  'markerPosition', // … and on the room's axis; NaN: what is played there is silence
  'markerFrom', // where that packet begins, on the room's axis …
  'markerArrivedMs', // … and when it came, local time
] as const

/** Written by the audio worklet, into its own bank. */
const WORKLET_SLOTS = [
  'playSerial', // which stream is playing; 0: none
  'playPosition', // position leaving the worklet …
  'playMs', // … at this local time
  'contextFrame',
  // Position that would have left with frame 0 of the context: frame c has this + c · stream rate / context rate.
  'contextZeroPosition',
  'latePeakTaken', // serial of the lateness peak taken note of
  'lateCallbacks', // callbacks of the device so late that the next one had to catch up
  'playing', // 1 while audio of a stream is being played
  'targetFrames',
  'delayFrames', // smoothed M − position at the start of a device callback
  'ppm',
  'burstFrames', // stream frames pulled in one device callback
  'underrunEpisodes',
  'concealedFrames',
  'resyncs',
  'roomErrorMs', // smoothed: how much later than the room line it plays; NaN: it does not play by it
  'needFrames', // the target the playout would choose by itself, burst included
  'quanta',
  // The last marker that was looked for to the end, where it began in what was put out, and how clearly.
  'markerDone', // its serial
  'markerFrame', // frame of the context; NaN: it was not found
  'markerMs', // local time at which that left the worklet, as playMs has it
  'markerScore',
  'peakLeft',
  'peakRight',
  'rmsLeft',
  'rmsRight',
] as const

/** Written by the page. */
const PAGE_SLOTS = [
  'bank', // which worklet is heard: 0, 1 or 2
  'seedPpm', // rate correction that was right for this output device last time; 0: not known
  // Counted by worklets before the one that is heard: the listening's figures are these and its own.
  'episodesBefore',
  'concealedFramesBefore',
  'resyncsBefore',
  'startHeadroomMs', // what a worklet begins with above its device's burst; 0: not known
  // Between the time a position leaves the worklet, as playMs has it, and the time it is heard, ms; 0: not known.
  'outputLeadMs',
  'trimMs', // what this output is known to be later than that, set by a person or a calibration
] as const

const SLOTS = [...WORKER_SLOTS, ...PAGE_SLOTS, ...WORKLET_SLOTS]
export type Slot = (typeof SLOTS)[number]
const HEAD_BYTES = 8
const FIRST_WORKLET_SLOT = WORKER_SLOTS.length + PAGE_SLOTS.length
/** Which bank a worklet writes, and reads. */
export type Bank = 0 | 1 | 2

/** Where each slot lies, by name, as a worklet of this bank sees it. */
function placesOf(bank: Bank): Readonly<Record<Slot, number>> {
  const place = (i: number) => (i < FIRST_WORKLET_SLOT ? i : i + bank * WORKLET_SLOTS.length)
  return Object.freeze(Object.fromEntries(SLOTS.map((name, i) => [name, place(i)])) as Record<Slot, number>)
}
const PLACES = [placesOf(0), placesOf(1), placesOf(2)] as const

export interface MediaLine {
  serial: number
  ms: number
  position: number
  rateHz: number
}

/** What a listener who plays with a group steers by; see the slots. */
export interface RoomLine extends MediaLine {
  slewPpm: number
}

export function createControlBlock(): SharedArrayBuffer {
  return new SharedArrayBuffer(HEAD_BYTES + (SLOTS.length + (PLACES.length - 1) * WORKLET_SLOTS.length) * 8)
}

/** A view of the block; each thread builds its own. No method allocates or blocks. */
export class ControlBlock {
  /**
   * The slots themselves and where each lies: `slots[at.ppm] = ppm`. For the audio thread, where a number given to a
   * call or returned from one may be garbage. A view with no bank of its own has the places of bank 0 here.
   */
  readonly slots: Float64Array
  readonly at: Readonly<Record<Slot, number>>
  readonly #sequence: Int32Array
  readonly #bank: Bank | undefined

  /** `bank`: for a worklet, its own; everybody else sees the bank that is heard. */
  constructor(memory: SharedArrayBuffer, bank?: Bank) {
    this.#sequence = new Int32Array(memory, 0, 2)
    this.slots = new Float64Array(memory, HEAD_BYTES)
    this.at = PLACES[bank ?? 0]
    this.#bank = bank
  }

  get(slot: Slot): number {
    return this.slots[this.#place(slot)] as number
  }

  /** Only the slot's own thread may. */
  set(slot: Slot, value: number): void {
    this.slots[this.#place(slot)] = value
  }

  /** Only the slot's own thread may. */
  add(slot: Slot, amount: number): void {
    this.slots[this.#place(slot)] = this.get(slot) + amount
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

  /** Anyone: fills `out` and returns true, or leaves it as it was and returns false when a write was under way. */
  readLine(out: MediaLine): boolean {
    const before = Atomics.load(this.#sequence, 0)
    if (before & 1) return false
    const { slots, at } = this
    const serial = slots[at.lineSerial] as number
    const ms = slots[at.lineMs] as number
    const position = slots[at.linePosition] as number
    const rateHz = slots[at.lineRateHz] as number
    if (Atomics.load(this.#sequence, 0) !== before) return false
    out.serial = serial
    out.ms = ms
    out.position = position
    out.rateHz = rateHz
    return true
  }

  /** Worker: publishes the room line as one. */
  writeRoom(room: RoomLine): void {
    Atomics.add(this.#sequence, 1, 1)
    this.set('roomSerial', room.serial)
    this.set('roomMs', room.ms)
    this.set('roomPosition', room.position)
    this.set('roomRateHz', room.rateHz)
    this.set('roomSlewPpm', room.slewPpm)
    Atomics.add(this.#sequence, 1, 1)
  }

  /** As `readLine`, of the room line. */
  readRoom(out: RoomLine): boolean {
    const before = Atomics.load(this.#sequence, 1)
    if (before & 1) return false
    const { slots, at } = this
    const serial = slots[at.roomSerial] as number
    const ms = slots[at.roomMs] as number
    const position = slots[at.roomPosition] as number
    const rateHz = slots[at.roomRateHz] as number
    const slewPpm = slots[at.roomSlewPpm] as number
    if (Atomics.load(this.#sequence, 1) !== before) return false
    out.serial = serial
    out.ms = ms
    out.position = position
    out.rateHz = rateHz
    out.slewPpm = slewPpm
    return true
  }

  #place(slot: Slot): number {
    const places = PLACES[this.#bank ?? (this.slots[this.at.bank] as number)] ?? PLACES[0]
    return places[slot]
  }
}
