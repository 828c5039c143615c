// What every part plays in a bar: a pure function of the bar's number. Randomness is seeded by bar or section,
// so the same bar is always the same, and a motif comes back within its section.
import type { Part } from './channels.ts'
import { MELODY_SCALE } from './chords.ts'
import { type BarPlan, planBar, STEPS_PER_BAR } from './form.ts'
import { mulberry32 } from './random.ts'

export interface Note {
  part: Part
  /** Sixteenths from the bar's start; fractions are the player's feel. */
  step: number
  /** MIDI note; for drums 0 kick, 1 rim, 2 hat. */
  pitch: number
  /** Sixteenths. */
  length: number
  /** 0 … 1. */
  velocity: number
}
export const KICK = 0
export const RIM = 1
export const HAT = 2

/** Off-beat sixteenths come late by this share of a step. */
const SWING = 0.16

/** The notes of bar `bar`, by time. */
export function scoreOf(bar: number): Note[] {
  const plan = planBar(bar)
  const random = mulberry32(0x5eed + bar * 7919)
  const notes: Note[] = []
  for (const part of plan.section.parts) WRITERS[part](plan, random, notes)
  for (const note of notes) {
    if (Math.floor(note.step) % 2 === 1) note.step += SWING
    if (note.part !== 'drums') note.pitch += plan.transpose
  }
  return notes.sort((a, b) => a.step - b.step)
}

type Writer = (plan: BarPlan, random: () => number, out: Note[]) => void

function pick<T>(random: () => number, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T
}

function add(out: Note[], part: Part, step: number, pitch: number, length: number, velocity: number): void {
  out.push({ part, step, pitch, length, velocity })
}

const drums: Writer = (plan, random, out) => {
  const last = plan.barInSection === plan.section.bars - 1
  for (const step of pick(random, [
    [0, 10],
    [0, 7, 10],
    [0, 10, 11],
  ]))
    add(out, 'drums', step, KICK, 1, step === 0 ? 0.9 : 0.7)
  for (const step of [4, 12]) add(out, 'drums', step, RIM, 1, 0.75)
  for (let step = 0; step < STEPS_PER_BAR; step += 2)
    add(out, 'drums', step, HAT, 1, (step % 4 === 2 ? 0.6 : 0.35) + random() * 0.12)
  for (const step of [3, 7, 9, 15]) if (random() < 0.35) add(out, 'drums', step, HAT, 1, 0.2 + random() * 0.1)
  if (random() < 0.25) add(out, 'drums', 15, RIM, 1, 0.25)
  if (last) for (const step of [13, 14, 15]) add(out, 'drums', step, RIM, 1, 0.3 + (step - 13) * 0.12)
}

const bass: Writer = (plan, random, out) => {
  const root = plan.chord.bass
  if (!plan.section.parts.includes('drums')) {
    add(out, 'bass', 0, root, 15, 0.7)
    return
  }
  const fifth = root + 7
  const approach = plan.nextChord.bass + (random() < 0.5 ? -1 : 2)
  add(out, 'bass', 0, root, 6, 0.9)
  if (random() < 0.6) add(out, 'bass', 7, root, 2, 0.6)
  add(out, 'bass', 10, random() < 0.5 ? root + 12 : fifth, 3, 0.75)
  if (random() < 0.55) add(out, 'bass', 14, approach, 2, 0.65)
}

const keys: Writer = (plan, random, out) => {
  const quiet = !plan.section.parts.includes('drums')
  const hits = quiet
    ? [[0, 15]]
    : pick(random, [
        [
          [0, 6],
          [7, 7],
        ],
        [
          [0, 3],
          [3, 6],
          [10, 5],
        ],
        [
          [0, 9],
          [10, 5],
        ],
      ])
  for (const [step = 0, length = 1] of hits) {
    // Low to high, a few milliseconds apart, as a hand falls.
    plan.chord.notes.forEach((note, finger) => {
      const roll = quiet ? 0.16 : 0.04
      add(out, 'keys', step + finger * roll, note, length, (step === 0 ? 0.7 : 0.55) + random() * 0.12)
    })
  }
  if (quiet && random() < 0.7) add(out, 'keys', 10, plan.chord.notes[3] + 5, 5, 0.4)
}

const pad: Writer = (plan, _random, out) => {
  for (const note of plan.chord.notes) add(out, 'pad', 0, note, STEPS_PER_BAR - 0.5, 0.6)
}

/** Two-bar phrases; the section's motif at its start and middle, an answer between. */
const LEAD_RHYTHMS: readonly (readonly (readonly [step: number, length: number])[])[] = [
  [
    [2, 2],
    [4, 3],
    [7, 5],
    [14, 2],
    [16, 10],
  ],
  [
    [0, 3],
    [3, 3],
    [6, 8],
    [18, 2],
    [20, 8],
  ],
  [
    [6, 2],
    [8, 2],
    [10, 6],
    [18, 3],
    [21, 3],
    [24, 6],
  ],
  [
    [4, 4],
    [8, 2],
    [10, 10],
    [22, 2],
    [24, 7],
  ],
]
const lead: Writer = (plan, _random, out) => {
  const phrase = plan.barInSection >> 1
  const motif = phrase % 2 === 0 ? 0 : phrase
  const random = mulberry32(plan.round * 977 + plan.sectionIndex * 131 + motif * 17 + 3)
  const rhythm = pick(random, LEAD_RHYTHMS)
  let degree = 2 + Math.floor(random() * 4)
  const from = (plan.barInSection % 2) * STEPS_PER_BAR
  for (const [step, length] of rhythm) {
    degree = Math.min(MELODY_SCALE.length - 1, Math.max(0, degree + pick(random, [-2, -1, -1, 1, 1, 2])))
    if (step >= from && step < from + STEPS_PER_BAR)
      add(out, 'lead', step - from, MELODY_SCALE[degree] as number, length, 0.6 + random() * 0.2)
  }
}

const pluck: Writer = (plan, random, out) => {
  const order = mulberry32(plan.round * 31 + plan.sectionIndex)
  const pattern = pick(order, [
    [0, 2, 1, 3],
    [0, 1, 2, 3, 2, 1],
    [3, 1, 2, 0],
    [0, 2, 3, 1, 3, 2],
  ])
  for (let step = 0; step < STEPS_PER_BAR; step++) {
    if (step % 2 === 1 && random() < 0.55) continue
    if (step % 4 === 0 && random() < 0.2) continue
    const note = plan.chord.notes[pattern[step % pattern.length] as 0 | 1 | 2 | 3]
    add(out, 'pluck', step, note + 12, 2, 0.35 + (step % 4 === 2 ? 0.2 : 0) + random() * 0.15)
  }
}

const strings: Writer = (plan, _random, out) => {
  const swell = 0.45 + 0.3 * (plan.barInSection / plan.section.bars)
  add(out, 'strings', 0, plan.chord.notes[3], STEPS_PER_BAR - 0.5, swell)
  add(out, 'strings', 0, plan.chord.notes[1] + 12, STEPS_PER_BAR - 0.5, swell * 0.85)
}

const bells: Writer = (plan, random, out) => {
  for (const step of [0, 6, 11]) {
    if (random() > 0.5) continue
    add(
      out,
      'bells',
      step,
      pick(random, plan.chord.notes) + (random() < 0.3 ? 24 : 12),
      8,
      0.35 + random() * 0.25,
    )
  }
}

const WRITERS: Record<Part, Writer> = { drums, bass, keys, pad, lead, pluck, strings, bells }
