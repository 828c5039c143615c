// Which input plays, by the settings. Inputs are loaded when chosen: a device user never loads the band.
import type { CaptureSettings, GainMatrix, InputDevice } from '../shared/capture-messages.ts'
import { type Input, InputError, type Log } from './inputs/input.ts'

export interface Opened {
  input: Input
  /** The mix that fits this input. */
  gains: GainMatrix
}

/** Is told which inputs there are, before one of them is opened or none is. */
export type OnDevices = (devices: InputDevice[]) => void

/** Throws InputError when the input cannot be had. */
export async function openInput(settings: CaptureSettings, log: Log, onDevices: OnDevices): Promise<Opened> {
  switch (settings.capture) {
    case 'synth':
      return openSynth(settings)
    case 'command': {
      const { CommandInput } = await import('./inputs/command.ts')
      return { input: new CommandInput(settings, log), gains: mixOf(settings) }
    }
    case 'device':
      return openDevice(settings, onDevices)
    case 'auto':
      // A device that was in use will come back: no synth in its place.
      if (settings.reopening) return openDevice(settings, onDevices)
      try {
        return await openDevice(settings, onDevices)
      } catch (error) {
        if (!(error instanceof InputError)) throw error
        return openSynth(
          settings,
          `${error.message}, so the demo synth plays. To hear an instrument, connect it, switch it on and choose it on the console, or start Backline again.`,
        )
      }
  }
}

async function openDevice(settings: CaptureSettings, onDevices: OnDevices): Promise<Opened> {
  const { DeviceInput } = await import('./inputs/device.ts')
  const input = new DeviceInput(settings, onDevices)
  return { input, gains: mixOf(settings, input.source.channels) }
}

async function openSynth(settings: CaptureSettings, fallback?: string): Promise<Opened> {
  const { SynthInput } = await import('./inputs/synth/synth.ts')
  const { SYNTH_CHANNELS, synthMix } = await import('./inputs/synth/channels.ts')
  const chosen = !settings.gainsAreDefault && settings.channels === SYNTH_CHANNELS.length
  const mix = chosen ? undefined : synthMix()
  return { input: new SynthInput(settings, fallback, mix), gains: mix ?? settings.gains }
}

/** Of a device with fewer channels, those it has; one input channel goes to both sides. */
function mixOf({ gains, channels: asked }: CaptureSettings, channels = asked): GainMatrix {
  return channels === 1 ? [[1], [1]] : gains.map((row) => row.slice(0, channels))
}
