// For tests: what a server says to a console.
import type { StripChange } from '../../src/shared/mix-strips.ts'
import type { CaptureView, ConsoleListener, MixView } from '../../src/shared/wire/console-messages.ts'

export function fakeCapture(over: Partial<CaptureView> = {}): CaptureView {
  return {
    state: 'running',
    message: '',
    wanted: true,
    capture: 'auto',
    device: 'MONTAGE',
    hasCommand: false,
    source: {
      input: 'synth',
      name: 'demo synth',
      rateHz: 44_100,
      bits: 16,
      channels: 2,
      channelNames: ['Keys', 'Bass'],
      periodFrames: 128,
    },
    streamId: 7,
    restarts: 0,
    child: {
      pid: 4711,
      upSeconds: 12.5,
      cpuPercent: 2.1,
      rssMb: 51.2,
      counters: {
        blocks: 1000,
        overflows: 0,
        gaps: 0,
        gapFrames: 0,
        clippedFrames: 0,
        droppedBlocks: 0,
        droppedFrames: 0,
      },
      intervals: { edgesMs: [2, 4], counts: [1, 990, 9] },
    },
    devices: [{ name: 'MONTAGE', channels: 8, rateHz: 44_100, api: 'ALSA' }],
    ...over,
  }
}

export function fakeMix(over: Partial<MixView> = {}): MixView {
  return {
    strips: [
      { gainDb: 0, pan: -1, mute: false, solo: false },
      { gainDb: -6, pan: 1, mute: false, solo: false },
    ],
    gains: [
      [1, 0],
      [0, 0.5],
    ],
    isOwn: false,
    presets: ['Rehearsal'],
    preset: null,
    ...over,
  }
}

export function fakeListener(over: Partial<ConsoleListener> = {}): ConsoleListener {
  return {
    id: 1,
    session: 'main',
    role: 'listener',
    mode: 'together',
    status: 'active',
    reason: '',
    needMs: 42,
    driftMs: 0.2,
    connectedSeconds: 63,
    rung: 'pcm16',
    wish: 'auto',
    inFlightMs: 3.1,
    deliveredKbps: 1520,
    skipping: false,
    packetsSkipped: 0,
    targetMs: 12,
    latenessMs: 1.5,
    episodes: 0,
    ...over,
  }
}

/** A server's mix that does what it is told. */
export function fakeMixer() {
  let mix = fakeMix()
  return async (changes: readonly StripChange[]): Promise<MixView> => {
    mix = fakeMix({ strips: mix.strips.map((strip, i) => ({ ...strip, ...changes[i] })) })
    return mix
  }
}
