// Between the server and its forked capture child: these messages over Node's IPC, and the audio as packets
// (wire/packet.ts, whole and back to back) over a pipe of its own, which costs both ends half of what IPC's
// serialization does. The child composes the packets; the server passes their bytes on.
// The child sends on credit: it may be at most HAND_OVER_CREDIT_MS of audio ahead of the last `ack`; beyond
// that the oldest waiting packets go first and are counted (`CaptureCounters.dropped*`).

/** File descriptor of the packet pipe in the child. */
export const PACKET_FD = 3

/** How the child gets its audio. `auto` tries the device and falls back to the synth, saying so. */
export const CAPTURE_KINDS = ['auto', 'device', 'command', 'synth'] as const
export type CaptureKind = (typeof CAPTURE_KINDS)[number]

/** What a source's samples hold. 24 are captured as Int32 and sent as Float32, 16 are Int16 all the way. */
export type SampleBits = 16 | 24

/** Two rows (left, right) of one linear gain per input channel. */
export type GainMatrix = readonly (readonly number[])[]

export interface CaptureSettings {
  capture: CaptureKind
  /** Case-insensitive part of a device name. */
  device: string
  channels: number
  rateHz: number
  bits: SampleBits
  periodFrames: number
  /** Shell command that writes raw interleaved PCM, Int16 or with 24 bits Int32, `channels` wide at `rateHz`, to its stdout. */
  command: string
  gains: GainMatrix
  /** Nobody chose `gains`: the synth, all of whose channels belong together, then mixes itself. */
  gainsAreDefault: boolean
  /** True when a device was already in use: then "not found" means "lost, keep trying", not "bad settings". */
  reopening: boolean
  /** How long a device may take to its first block, ms. */
  firstBlockMs: number
  /** Somebody chose this device from a list: it is opened with what it has, if that is less than `channels`. */
  fewerWillDo: boolean
  /** What the child's packets are to name as their stream. */
  streamId: number
}

/** What the settings choose of it; the rest is the supervisor's. */
export type SourceSettings = Readonly<
  Omit<CaptureSettings, 'reopening' | 'firstBlockMs' | 'fewerWillDo' | 'streamId'>
>

export interface SourceInfo {
  input: 'device' | 'command' | 'synth'
  /** What a person would call it: a device name, a command line, "demo synth". */
  name: string
  rateHz: number
  /** 24: its packets are Float32. */
  bits: SampleBits
  channels: number
  channelNames: readonly string[]
  periodFrames: number
  /** Present when `auto` did not find what it looked for: a sentence saying why the synth plays. */
  fallback?: string
  /** Present when nobody chose a mix and the source has one of its own. */
  mix?: GainMatrix
}

/** All counters run from the child's start. */
export interface CaptureCounters {
  blocks: number
  /** Overflows the device reported, and gaps in its clock: each shows as a gap in position. */
  overflows: number
  gaps: number
  gapFrames: number
  /** Output frames whose mix went above full scale and was bent back. */
  clippedFrames: number
  /** Blocks the server was too late to take. */
  droppedBlocks: number
  droppedFrames: number
}

/** An audio input of the computer that captures. */
export interface InputDevice {
  name: string
  channels: number
  rateHz: number
  /** ALSA, Core Audio, WASAPI … */
  api: string
}

/** Of the times between two blocks at the child. `counts[i]`: those below `edgesMs[i]`; the last count: all above. */
export interface IntervalCounts {
  edgesMs: number[]
  counts: number[]
}

/** The first message is `start` or `devices`; there is no second one of these. */
export type ToCapture =
  | { kind: 'start'; settings: CaptureSettings }
  /** Nothing is to be captured: tells `devices`, or a `fault`, and ends. */
  | { kind: 'devices' }
  | { kind: 'mix'; gains: GainMatrix }
  /** The server has taken everything before this position. */
  | { kind: 'ack'; position: number }
  /** Add the marker of a measurement to the mix, soon; answered by `marker`. */
  | { kind: 'marker' }
  | { kind: 'stop' }

export type FromCapture =
  /** Packets follow; some may overtake it, since they take another way. */
  | { kind: 'ready'; source: SourceInfo }
  /** 20 times a second. Linear full scale = 1, one entry per input channel. */
  | { kind: 'levels'; peak: number[]; rms: number[]; counters: CaptureCounters }
  | MarkerNews
  /** Once a second while blocks come, from the child's start. `cpuPercent`: of one core, since the message before. */
  | { kind: 'facts'; intervals: IntervalCounts; cpuPercent: number; rssMb: number }
  /** The inputs there are, whenever the child has looked: before it opens one, too. */
  | { kind: 'devices'; devices: InputDevice[] }
  | { kind: 'log'; level: 'debug' | 'info' | 'warn' | 'error'; message: string }
  /** The last message before an exit that was not asked for. */
  | { kind: 'fault'; reason: CaptureFault; message: string }

/**
 * planned: where the marker will begin, told before it does. put: it has begun. lost: the source had a gap there. Times in µs
 * of the server clock.
 */
export type MarkerNews =
  | { kind: 'marker'; stage: 'planned' | 'lost'; position: number }
  | ({ kind: 'marker'; stage: 'put' } & MarkerPut)

/** When the first frame of a marker was captured, and its block was mixed and handed over. */
export interface MarkerPut {
  position: number
  captureUs: number
  mixedUs: number
  handedUs: number
}

export type CaptureFault = 'bad-settings' | 'no-device' | 'source-lost' | 'stalled'

/** Exit codes of the child. Only `badSettings` is not worth a restart. One that is `stalled` by a device kills itself instead. */
export const CAPTURE_EXIT = { asked: 0, badSettings: 42, sourceLost: 43, stalled: 44 } as const

/** How far the child may run ahead of the server's last ack before the oldest blocks go. */
export const HAND_OVER_CREDIT_MS = 200
/** The server acks at least this often while packets arrive. */
export const ACK_EVERY_MS = 80
