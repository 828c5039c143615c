// A mixer's strips, and the gains they come to. Pure.
import type { GainMatrix } from './capture-messages.ts'

/** One input channel as a person sets it. */
export interface Strip {
  /** −60 (off) … 12. */
  gainDb: number
  /** −1 left, 0 middle, 1 right. */
  pan: number
  mute: boolean
  /** While any strip has it, those without are silent. */
  solo: boolean
}

/** Of a strip, what is to be set; the rest stays as it is. */
export type StripChange = Partial<Strip>

/** At this gain and below, nothing is heard. */
export const OFF_DB = -60
export const MOST_DB = 12

/**
 * Two rows (left, right) of linear gains. Pan is a balance: in the middle a channel goes to both sides at full gain, at a side only to that
 * one at full gain, so that channels 1 and 2 panned hard are what the instrument plays, bit for bit.
 */
export function gainsOf(strips: readonly Strip[]): GainMatrix {
  const soloed = strips.some(({ solo }) => solo)
  const gains = strips.map(({ gainDb, pan, mute, solo }) => {
    const silent = mute || (soloed && !solo) || gainDb <= OFF_DB
    const gain = silent ? 0 : 10 ** (gainDb / 20)
    return { left: gain * Math.min(1, 1 - pan), right: gain * Math.min(1, 1 + pan) }
  })
  return [gains.map(({ left }) => left), gains.map(({ right }) => right)]
}

/** Strips that come to these gains: what a mix that was set as bare gains looks like on a console. */
export function stripsOf(gains: GainMatrix): Strip[] {
  const [lefts = [], rights = []] = gains
  return lefts.map((signedLeft, i): Strip => {
    const left = Math.abs(signedLeft)
    const right = Math.abs(rights[i] ?? 0)
    const most = Math.max(left, right)
    if (most === 0) return { gainDb: OFF_DB, pan: 0, mute: false, solo: false }
    const pan = left >= right ? right / most - 1 : 1 - left / most
    const gainDb = Math.min(MOST_DB, Math.max(OFF_DB, 20 * Math.log10(most)))
    return { gainDb, pan: pan === 0 ? 0 : pan, mute: false, solo: false }
  })
}

/** As many as the source has channels: the first of them, and `beyond` for those that are not there. */
export function fitted<T>(row: readonly T[], channels: number, beyond: T): T[] {
  return Array.from({ length: channels }, (_, i) => row[i] ?? beyond)
}

/** A mix for a source of so many channels. */
export function fittedGains(gains: GainMatrix, channels: number): GainMatrix {
  return gains.map((row) => fitted(row, channels, 0))
}
