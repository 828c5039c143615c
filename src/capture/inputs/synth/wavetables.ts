// One period of each waveform, built once by adding few, falling harmonics: warm, and free of aliasing in the
// registers they are played in. One guard sample at the end for interpolation.

export const TABLE_SIZE = 1024
export const TABLE_MASK = TABLE_SIZE - 1

/** `amplitude(h)` of harmonic h = 1 … `harmonics`; peak is brought to 1. */
function additive(harmonics: number, amplitude: (harmonic: number) => number): Float32Array {
  const table = new Float32Array(TABLE_SIZE + 1)
  for (let i = 0; i <= TABLE_SIZE; i++) {
    let sum = 0
    for (let h = 1; h <= harmonics; h++) sum += amplitude(h) * Math.sin((2 * Math.PI * h * i) / TABLE_SIZE)
    table[i] = sum
  }
  const peak = table.reduce((highest, value) => Math.max(highest, Math.abs(value)), 0)
  return table.map((value) => value / peak)
}

export const TABLES = {
  sine: additive(1, () => 1),
  /** Round, with just enough above the fundamental for small speakers. */
  bass: additive(6, (h) => [1, 0.45, 0.22, 0.1, 0.05, 0.02][h - 1] ?? 0),
  /** A saw whose top is taken off. */
  soft: additive(12, (h) => 1 / h ** 1.5),
  /** Hollow, clarinet-like. */
  hollow: additive(9, (h) => (h % 2 === 1 ? 1 / h ** 1.7 : 0.12 / h)),
  string: additive(14, (h) => 1 / h ** 1.25),
} as const
