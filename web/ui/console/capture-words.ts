import type { CaptureKind } from '../../../src/shared/capture-messages.ts'
import type { CaptureView } from '../../../src/shared/wire/console-messages.ts'
import { sinceWords } from './listener-words.ts'

export const KIND_WORDS: Record<CaptureKind, string> = {
  auto: 'Automatic',
  device: 'Interface',
  command: 'Command',
  synth: 'Demo synth',
}

/** What each kind of source does, in a line. */
export function kindMeans(kind: CaptureKind, device: string): string {
  switch (kind) {
    case 'auto':
      return `The interface “${device}” if it is there, else the demo synth.`
    case 'device':
      return 'This interface only; it is waited for while it is away.'
    case 'command':
      return 'A program that the server was started with.'
    case 'synth':
      return 'Eight parts that play by themselves, to try things out.'
  }
}

/** How it is with the capture, in a sentence. */
export function captureWords({ state, message, source }: CaptureView): string {
  if (state !== 'running') return message || STATE_WORDS[state]
  if (source === null) return 'It runs.'
  const name = source.input === 'synth' ? 'The demo synth' : source.name
  return `${name} plays: ${source.channels} channels, ${source.rateHz / 1000} kHz, ${source.bits} bit.`
}

const STATE_WORDS = {
  starting: 'The source is being opened…',
  restarting: 'The source is being opened again…',
  stopped: 'The capture is stopped.',
} as const

/** What went wrong so far, and for how long it has run. */
export function captureFigures({ restarts, child }: CaptureView): string {
  const counters = child?.counters
  const parts = [count(restarts, 'restart')]
  if (counters) parts.push(count(counters.overflows, 'overflow'), count(counters.gaps, 'gap'))
  if (child) parts.push(`up ${sinceWords(child.upSeconds)}`)
  return parts.join(' · ')
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
