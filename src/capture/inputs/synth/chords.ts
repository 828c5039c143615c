// Harmony of the demo: MIDI notes. D major with a look over to its borrowed B♭ and C.

export interface Chord {
  bass: number
  /** Low to high, voiced so that neighbours move by little. */
  notes: readonly [number, number, number, number]
}

const Dmaj9: Chord = { bass: 38, notes: [54, 57, 61, 64] }
const Bm9: Chord = { bass: 35, notes: [54, 57, 61, 62] }
const Gmaj9: Chord = { bass: 31, notes: [54, 57, 59, 62] }
const Asus9: Chord = { bass: 33, notes: [55, 59, 62, 64] }
const Em9: Chord = { bass: 40, notes: [55, 59, 62, 66] }
const Fsm7: Chord = { bass: 42, notes: [57, 61, 64, 66] }
const GmajHigh: Chord = { bass: 43, notes: [59, 62, 66, 69] }
const A7sus: Chord = { bass: 45, notes: [57, 62, 64, 67] }
const A7: Chord = { bass: 33, notes: [57, 61, 64, 67] }
const Bbmaj9: Chord = { bass: 34, notes: [57, 60, 62, 65] }
const C69: Chord = { bass: 36, notes: [55, 57, 62, 64] }

/** One chord a bar. */
export const PROGRESSIONS = {
  verse: [Dmaj9, Bm9, Gmaj9, Asus9],
  chorus: [Em9, Fsm7, GmajHigh, A7sus, Em9, Fsm7, GmajHigh, A7],
  bridge: [Bbmaj9, C69, Dmaj9, Dmaj9],
} as const satisfies Record<string, readonly Chord[]>

/** D major pentatonic around the top of the staff: nothing in it rubs against verse or chorus. */
export const MELODY_SCALE: readonly number[] = [64, 66, 69, 71, 74, 76, 78, 81]
