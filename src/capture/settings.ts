// Checks what the server asks for before any device is opened. Pure.

import { MIX_CHANNELS } from '../shared/audio-format.ts'
import { CAPTURE_KINDS, type CaptureSettings, type GainMatrix } from '../shared/capture-messages.ts'

/** What is wrong with the settings, one sentence each; empty when they can be used. */
export function settingsFaults(settings: CaptureSettings): string[] {
  const faults: string[] = []
  const whole = (name: string, value: number, low: number, high: number): void => {
    if (!Number.isInteger(value) || value < low || value > high)
      faults.push(`${name} must be a whole number from ${low} to ${high}, not ${value}.`)
  }
  const kinds: readonly string[] = CAPTURE_KINDS
  if (!kinds.includes(settings.capture))
    faults.push(`CAPTURE must be one of ${kinds.join(', ')}, not "${settings.capture}".`)
  whole('CAPTURE_CHANNELS', settings.channels, 1, 32)
  whole('CAPTURE_RATE', settings.rateHz, 8_000, 192_000)
  if (settings.bits !== 16 && settings.bits !== 24)
    faults.push(`CAPTURE_BITS must be 16 or 24, not ${settings.bits}.`)
  whole('CAPTURE_PERIOD', settings.periodFrames, 64, 256)
  if (settings.capture === 'command' && !settings.command?.trim())
    faults.push('CAPTURE=command needs CAPTURE_COMMAND: a program that writes raw PCM to its stdout.')
  if ((settings.capture === 'device' || settings.capture === 'auto') && !settings.device?.trim())
    faults.push('CAPTURE_DEVICE must be part of the name of an input.')
  const bent = gainsFault(settings.gains, settings.channels)
  if (bent !== undefined) faults.push(bent)
  return faults
}

/** What is wrong with a mix for `channels` inputs, if anything. */
export function gainsFault(gains: GainMatrix, channels: number): string | undefined {
  const rows = Array.isArray(gains) ? gains : []
  const right =
    rows.length === MIX_CHANNELS && rows.every((row) => Array.isArray(row) && row.length === channels)
  // One input goes to both sides, whatever the mix says.
  if (!right && channels !== 1)
    return `The mix must have ${MIX_CHANNELS} rows of ${channels} gains, one per input channel.`
  if (rows.flat().some((gain) => !Number.isFinite(gain) || Math.abs(gain) > 16))
    return 'Every gain of the mix must be a number from −16 to 16.'
  return undefined
}
