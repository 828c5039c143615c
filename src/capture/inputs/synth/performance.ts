// Thread: capture child. The demo band: renders the score, eight channels, frame after frame. Always
// in chunks of its own, so that what frame n sounds like does not depend on the period it is asked in.
import type { SampleBits } from '../../../shared/capture-messages.ts'
import { type InputSamples, inputSamples } from '../../samples.ts'
import { PARTS, type Part } from './channels.ts'
import { DrumKit } from './drum-kit.ts'
import { Echo, Room } from './effects.ts'
import { STEPS_PER_BAR, TEMPO_BPM } from './form.ts'
import { type Note, scoreOf } from './score.ts'
import { SOUNDS } from './sounds.ts'
import { Voice } from './voices.ts'

const CHUNK_FRAMES = 64
const CHANNELS = PARTS.length
/** Per part: a full chord, and the one before it dying away. */
const VOICES: Record<Exclude<Part, 'drums'>, number> = {
  bass: 2,
  keys: 10,
  pad: 8,
  lead: 2,
  pluck: 4,
  strings: 4,
  bells: 5,
}
const STEP_S = 60 / TEMPO_BPM / 4

interface Effect {
  process(buffer: Float32Array): void
}

export class Performance {
  readonly #rateHz: number
  readonly #drums: DrumKit
  readonly #voices: Record<Exclude<Part, 'drums'>, Voice[]>
  readonly #effects: (Effect | undefined)[]
  readonly #buffers = PARTS.map(() => new Float32Array(CHUNK_FRAMES))
  readonly #chunk: InputSamples
  /** 256 where the samples have 24 bits: so many steps in one of 16, and as many of Int32 in one of those. */
  readonly #fineness: 1 | 256
  #chunkRead = CHUNK_FRAMES
  #chunks = 0
  #bar = 0
  #notes: Note[] = []
  #nextNote = 0

  constructor(rateHz: number, bits: SampleBits) {
    this.#rateHz = rateHz
    this.#fineness = bits === 16 ? 1 : 256
    this.#chunk = inputSamples(bits, CHUNK_FRAMES * CHANNELS)
    this.#drums = new DrumKit(rateHz)
    const chunkS = CHUNK_FRAMES / rateHz
    const choir = (part: keyof typeof VOICES): Voice[] =>
      Array.from({ length: VOICES[part] }, () => new Voice(rateHz, chunkS))
    this.#voices = {
      bass: choir('bass'),
      keys: choir('keys'),
      pad: choir('pad'),
      lead: choir('lead'),
      pluck: choir('pluck'),
      strings: choir('strings'),
      bells: choir('bells'),
    }
    const effects: Partial<Record<Part, Effect>> = {
      drums: new Room(rateHz, 0.05, 0.35),
      keys: new Room(rateHz, 0.12, 0.7),
      lead: new Echo(rateHz, STEP_S * 3, 0.4),
      pluck: new Echo(rateHz, STEP_S * 3, 0.45),
      strings: new Room(rateHz, 0.14, 0.8),
      bells: new Room(rateHz, 0.2, 0.84),
    }
    this.#effects = PARTS.map((part) => effects[part])
    this.#notes = scoreOf(0)
  }

  /** Fills `out` (interleaved, eight channels) with what comes next. Allocates only once a bar. */
  render(out: InputSamples): void {
    let written = 0
    while (written < out.length) {
      if (this.#chunkRead === CHUNK_FRAMES) this.#renderChunk()
      const from = this.#chunkRead * CHANNELS
      const count = Math.min(out.length - written, this.#chunk.length - from)
      for (let i = 0; i < count; i++) out[written + i] = this.#chunk[from + i] as number
      written += count
      this.#chunkRead += count / CHANNELS
    }
  }

  #renderChunk(): void {
    const fineness = this.#fineness
    this.#startNotes()
    this.#chunks++
    this.#chunkRead = 0
    for (let channel = 0; channel < CHANNELS; channel++) {
      const part = PARTS[channel] as Part
      const buffer = this.#buffers[channel] as Float32Array
      buffer.fill(0)
      if (part === 'drums') this.#drums.render(buffer)
      else for (const voice of this.#voices[part]) voice.render(buffer)
      this.#effects[channel]?.process(buffer)
      for (let i = 0; i < CHUNK_FRAMES; i++) {
        const value = Math.round((buffer[i] as number) * 32767 * fineness)
        const fits = Math.max(-32768 * fineness, Math.min(32768 * fineness - 1, value))
        this.#chunk[i * CHANNELS + channel] = fits * fineness
      }
    }
  }

  #startNotes(): void {
    const step = (this.#chunks * CHUNK_FRAMES) / this.#rateHz / STEP_S
    if (step >= (this.#bar + 1) * STEPS_PER_BAR) {
      this.#notes = scoreOf(++this.#bar)
      this.#nextNote = 0
    }
    const stepInBar = step - this.#bar * STEPS_PER_BAR
    let note = this.#notes[this.#nextNote]
    while (note !== undefined && note.step <= stepInBar) {
      this.#start(note)
      note = this.#notes[++this.#nextNote]
    }
  }

  #start(note: Note): void {
    if (note.part === 'drums') {
      this.#drums.hit(note.pitch, note.velocity)
      return
    }
    let free: Voice | undefined
    for (const voice of this.#voices[note.part])
      if (free === undefined || voice.loudness < free.loudness) free = voice
    const hz = 440 * 2 ** ((note.pitch - 69) / 12)
    free?.start(SOUNDS[note.part], hz, note.velocity, note.length * STEP_S)
  }
}
