// Recorded instruments, played by fluidsynth from a sound font into a file. Where either is missing there are none.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseWav } from '../../test/studio/wav.ts'
import { RATE_HZ, type Recording } from './notes.ts'

const SOUND_FONT = process.env['SOUND_FONT'] ?? '/usr/share/sounds/sf2/FluidR3_GM.sf2'
const DRUM_CHANNEL = 9
const TICKS_PER_SECOND = 1000

interface Note {
  atMs: number
  key: number
  lengthMs: number
}

const melody = (keys: readonly number[], everyMs: number): Note[] =>
  keys.map((key, i) => ({ atMs: i * everyMs, key, lengthMs: everyMs - 10 }))
const chords = (all: readonly (readonly number[])[], everyMs: number): Note[] =>
  all.flatMap((keys, i) => keys.map((key) => ({ atMs: i * everyMs, key, lengthMs: everyMs - 40 })))

const TUNE = [60, 64, 67, 72, 71, 67, 64, 62, 60, 55, 57, 59]
const PROGRESSION = [
  [48, 55, 60, 64],
  [45, 52, 57, 60],
  [41, 48, 53, 57],
]
const STRUM = [
  [40, 47, 52, 56, 59, 64],
  [45, 52, 57, 61, 64],
  [38, 45, 50, 54, 57],
]
const BEAT = Array.from({ length: 11 }, (_, i) => [i % 2 ? 38 : 36, 42])

const PIECES: { name: string; program: number; channel?: number; notes: Note[] }[] = [
  { name: 'piano chords', program: 0, notes: chords(PROGRESSION, 1000) },
  { name: 'piano tune', program: 0, notes: melody(TUNE, 250) },
  { name: 'e-piano chords', program: 4, notes: chords(PROGRESSION, 1000) },
  { name: 'guitar', program: 24, notes: melody([40, 45, 50, 55, 59, 64, 52, 47], 380) },
  { name: 'guitar strummed', program: 25, notes: chords(STRUM, 1000) },
  { name: 'bass', program: 33, notes: melody([28, 33, 35, 31, 28, 40, 33, 35], 380) },
  { name: 'violin', program: 40, notes: melody([67, 71, 74, 79, 78, 74], 500) },
  { name: 'strings', program: 48, notes: chords(PROGRESSION, 1000) },
  { name: 'saxophone', program: 65, notes: melody(TUNE, 300) },
  { name: 'organ', program: 16, notes: chords(PROGRESSION, 1000) },
  { name: 'drums', program: 0, channel: DRUM_CHANNEL, notes: chords(BEAT, 250) },
]

/** Plays every piece with the synthesiser's own reverb and chorus; empty without fluidsynth or a sound font. */
export function recordedNotes(): Recording[] {
  if (!existsSync(SOUND_FONT)) return []
  const folder = mkdtempSync(join(tmpdir(), 'backline-notes-'))
  try {
    return PIECES.map(({ name, program, channel = 0, notes }) => {
      const [midi, wav] = [join(folder, 'notes.mid'), join(folder, 'notes.wav')]
      writeFileSync(midi, midiFile(program, channel, notes))
      const options = ['-ni', '-q', '-g', '0.6', '-r', String(RATE_HZ), '-F', wav]
      execFileSync('fluidsynth', [...options, SOUND_FONT, midi], { stdio: 'ignore' })
      const [left, right] = parseWav(readFileSync(wav)).channels
      if (!left || !right) throw new Error('fluidsynth did not write stereo')
      return { name, left, right }
    })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [] // no fluidsynth here
    throw error
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A standard MIDI file of one track, a tick per millisecond. */
function midiFile(program: number, channel: number, notes: readonly Note[]): Buffer {
  const events = notes
    .flatMap(({ atMs, key, lengthMs }) => [
      { atMs, bytes: [0x90 | channel, key, 90] },
      { atMs: atMs + lengthMs, bytes: [0x80 | channel, key, 0] },
    ])
    .sort((a, b) => a.atMs - b.atMs)
  const track = [0, 0xc0 | channel, program]
  let lastMs = 0
  for (const { atMs, bytes } of events) {
    track.push(...variableLength(atMs - lastMs), ...bytes)
    lastMs = atMs
  }
  track.push(...variableLength(500), 0xff, 0x2f, 0)
  const head = Buffer.alloc(22)
  head.write('MThd', 0, 'latin1')
  head.writeUInt32BE(6, 4)
  head.writeUInt16BE(0, 8)
  head.writeUInt16BE(1, 10)
  head.writeUInt16BE(TICKS_PER_SECOND / 2, 12) // ticks per quarter note, of which there are 120 a minute
  head.write('MTrk', 14, 'latin1')
  head.writeUInt32BE(track.length, 18)
  return Buffer.concat([head, Buffer.from(track)])
}

function variableLength(value: number): number[] {
  const bytes = [value & 0x7f]
  for (let rest = value >> 7; rest > 0; rest >>= 7) bytes.unshift((rest & 0x7f) | 0x80)
  return bytes
}
