// Which input plays, by the settings. Inputs are loaded when chosen: a device user never loads the band.
import type { CaptureSettings, GainMatrix } from '../shared/capture-messages.ts'
import { type Input, InputError, type Log } from './inputs/input.ts'

export interface Opened {
  input: Input
  /** The mix that fits this input. */
  gains: GainMatrix
}

/** Throws InputError when the input cannot be had. */
export async function openInput(settings: CaptureSettings, log: Log): Promise<Opened> {
  switch (settings.capture) {
    case 'synth':
      return openSynth(settings)
    case 'command': {
      const { CommandInput } = await import('./inputs/command.ts')
      return { input: new CommandInput(settings, log), gains: mixOf(settings) }
    }
    case 'device':
      return openDevice(settings)
    case 'auto':
      // A device that was in use will come back: no synth in its place.
      if (settings.reopening) return openDevice(settings)
      try {
        return await openDevice(settings)
      } catch (error) {
        if (!(error instanceof InputError)) throw error
        return openSynth(
          settings,
          `${error.message}, so the demo synth plays. To hear an instrument, connect it, switch it on and start Backline again.`,
        )
      }
  }
}

async function openDevice(settings: CaptureSettings): Promise<Opened> {
  const { DeviceInput } = await import('./inputs/device.ts')
  return { input: new DeviceInput(settings), gains: mixOf(settings) }
}

async function openSynth(settings: CaptureSettings, fallback?: string): Promise<Opened> {
  const { SynthInput } = await import('./inputs/synth/synth.ts')
  const { SYNTH_CHANNELS, synthMix } = await import('./inputs/synth/channels.ts')
  const chosen = !settings.gainsAreDefault && settings.channels === SYNTH_CHANNELS.length
  const mix = chosen ? undefined : synthMix()
  return { input: new SynthInput(settings, fallback, mix), gains: mix ?? settings.gains }
}

/** One input channel goes to both sides. */
function mixOf(settings: CaptureSettings): GainMatrix {
  return settings.channels === 1 ? [[1], [1]] : settings.gains
}
