// A real synthesiser in the instrument's place: what a key press costs, and how much of it is the synthesiser's own.
import { setTimeout as wait } from 'node:timers/promises'
import { graphLinks } from '../../test/studio/graph.ts'
import type { Studio } from '../../test/studio/studio.ts'
import { InVain, waitUntil } from '../../test/studio/wait-until.ts'
import { type Spread, spread } from './statistics.ts'

const SOUND_FONT = process.env['SOUND_FONT'] ?? '/usr/share/sounds/sf2/FluidR3_GM.sf2'
const RATE_HZ = 44_100

export interface NotesResult {
  played: number
  /** Notes found on both channels. */
  heard: number
  /** From the synthesiser's output to the speakers, ms: ours. */
  path: Spread
  /** From note-on to the synthesiser's output, ms: its own, ± 10 ms of the recording's clock. */
  synth: Spread
}

/** Plays `count` notes on fluidsynth into the instrument and compares the onsets in one recording. */
export async function hearNotes(studio: Studio, count = 12): Promise<NotesResult> {
  const synth = studio.start(
    'fluidsynth',
    [
      ...['--no-midi-in', '--audio-driver=pulseaudio', '--sample-rate=44100', '--gain=1'],
      ...['-o', 'audio.period-size=128', '-o', 'audio.periods=4'],
      ...['-o', 'synth.reverb.active=0', '-o', 'synth.chorus.active=0', SOUND_FONT],
    ],
    { env: { PULSE_SINK: 'montage' }, stdin: 'pipe' },
  )
  const command = (line: string) => synth.child.stdin?.write(`${line}\n`)
  try {
    await waitUntil('fluidsynth to reach the instrument', async () => {
      if (!synth.alive()) throw new InVain(`fluidsynth ended: ${synth.log()}`)
      return (await graphLinks(studio.env)).some(
        ([from, to]) => /fluid/i.test(from) && to === 'montage:playback_FL',
      )
    })
    command('prog 0 115') // wood block: an attack of under 1 ms
    const recording = await studio.record({
      inputs: [
        ['montage:monitor_FL', 0],
        ['speakers:monitor_FL', 1],
      ],
      channels: 2,
    })
    const noteOnMs: number[] = []
    for (let i = 0; i < count; i++) {
      await wait(700) // the rhythm of the notes
      noteOnMs.push(Number(process.hrtime.bigint()) / 1e6)
      command(`noteon 0 ${60 + i} 127`)
    }
    await wait(700)
    const { channels, startMonotonicMs } = await recording.stop()
    const [instrument, speaker] = channels
    if (!instrument || !speaker) throw new Error('the recording lacks a channel')
    const [played, heard] = [onsetsMs(instrument), onsetsMs(speaker)]
    const pairs = noteOnMs.flatMap((monotonicMs) => {
      const on = monotonicMs - startMonotonicMs
      const at = played.find((onset) => onset > on - 50 && onset < on + 400)
      const echo = at === undefined ? undefined : heard.find((onset) => onset > at && onset < at + 300)
      return at === undefined || echo === undefined ? [] : [{ synthMs: at - on, pathMs: echo - at }]
    })
    return {
      played: count,
      heard: pairs.length,
      path: spread(pairs.map(({ pathMs }) => pathMs)),
      synth: spread(pairs.map(({ synthMs }) => synthMs)),
    }
  } finally {
    await synth.stop()
  }
}

/** Where a sound rises over −40 dB of the loudest after 300 ms below it. */
function onsetsMs(signal: Float32Array): number[] {
  const loudest = signal.reduce((max, x) => Math.max(max, Math.abs(x)), 0)
  const onsets: number[] = []
  let lastLoud = Number.NEGATIVE_INFINITY
  for (let i = 0; i < signal.length; i++) {
    if (Math.abs(signal[i] ?? 0) < loudest / 100) continue
    if (i - lastLoud > 0.3 * RATE_HZ) onsets.push((i / RATE_HZ) * 1000)
    lastLoud = i
  }
  return onsets
}
