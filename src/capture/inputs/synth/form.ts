// Song form of the demo: which parts play in which section. One round is 56 bars, 2 min 40 s at 84 bpm; each
// round draws new variations, and starts in another key.

import type { Part } from './channels.ts'
import { type Chord, PROGRESSIONS } from './chords.ts'

export const TEMPO_BPM = 84
export const STEPS_PER_BAR = 16

export interface Section {
  bars: number
  chords: readonly Chord[]
  parts: readonly Part[]
}

const FORM: readonly Section[] = [
  { bars: 4, chords: PROGRESSIONS.verse, parts: ['keys', 'pad', 'bells'] },
  { bars: 8, chords: PROGRESSIONS.verse, parts: ['drums', 'bass', 'keys', 'pad'] },
  { bars: 8, chords: PROGRESSIONS.verse, parts: ['drums', 'bass', 'keys', 'pad', 'pluck', 'lead'] },
  { bars: 8, chords: PROGRESSIONS.chorus, parts: ['drums', 'bass', 'keys', 'pad', 'strings', 'pluck'] },
  { bars: 8, chords: PROGRESSIONS.bridge, parts: ['bass', 'pad', 'pluck', 'strings', 'bells'] },
  { bars: 8, chords: PROGRESSIONS.verse, parts: ['drums', 'bass', 'keys', 'pad', 'lead', 'bells'] },
  {
    bars: 8,
    chords: PROGRESSIONS.chorus,
    parts: ['drums', 'bass', 'keys', 'pad', 'lead', 'pluck', 'strings', 'bells'],
  },
  { bars: 4, chords: PROGRESSIONS.verse, parts: ['bass', 'keys', 'pad', 'strings', 'bells'] },
]
const ROUND_BARS = FORM.reduce((bars, section) => bars + section.bars, 0)
/** Semitones each round is moved by; small, so that every part stays in its register. */
const KEYS: readonly number[] = [0, 3, -2, 1]

export interface BarPlan {
  round: number
  sectionIndex: number
  section: Section
  barInSection: number
  chord: Chord
  nextChord: Chord
  transpose: number
}

/** What bar number `bar`, counted from 0, plays. */
export function planBar(bar: number): BarPlan {
  const round = Math.floor(bar / ROUND_BARS)
  let barInSection = bar % ROUND_BARS
  let sectionIndex = 0
  while (barInSection >= (FORM[sectionIndex] as Section).bars)
    barInSection -= (FORM[sectionIndex++] as Section).bars
  const section = FORM[sectionIndex] as Section
  const chordAt = (index: number): Chord => section.chords[index % section.chords.length] as Chord
  return {
    round,
    sectionIndex,
    section,
    barInSection,
    chord: chordAt(barInSection),
    nextChord: chordAt(barInSection + 1),
    transpose: KEYS[round % KEYS.length] as number,
  }
}
