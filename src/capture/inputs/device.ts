// Thread: capture child; PortAudio's callback has its own. An audio interface, through naudiodon.
// PortAudio's list of devices is frozen while one is open, and after an open that failed; else each look makes it anew.
import type { CaptureSettings, InputDevice, SampleBits, SourceInfo } from '../../shared/capture-messages.ts'
import { nowUs } from '../monotonic.ts'
import { type InputSamples, inputSampleBytes } from '../samples.ts'
import { type DeviceInfo, listInputs, rankDevices, seenInputs, widest } from './device-choice.ts'
import { type Input, InputError, type OnBlock, type OnLost } from './input.ts'
import { type AudioIO, type Binding, firstLine, loadNaudiodon } from './naudiodon.ts'

/**
 * Periods PortAudio's callback may be ahead of us: 740 ms at 128 frames and 44.1 kHz. Longer stalls than any
 * seen must fit, since a full queue blocks the callback. It costs nothing while it is empty.
 */
const MAX_QUEUE = 256

const BUSY = 'Close other programs that use it, and set CAPTURE_RATE and CAPTURE_CHANNELS to what it offers.'

export class DeviceInput implements Input {
  readonly source: SourceInfo
  readonly #stream: AudioIO
  readonly #bytes: number
  #open = true

  /** Opens the best device that fits, and tells `onDevices` before. Throws InputError, with the inputs seen, when there is none. */
  constructor(
    settings: CaptureSettings,
    onDevices: (devices: InputDevice[]) => void,
    binding: Binding = loadNaudiodon(),
  ) {
    const { rateHz, bits, periodFrames } = settings
    const all = binding.getDevices()
    onDevices(seenInputs(all))
    const { device, channels, stream } = openBest(settings, all, binding)
    this.#stream = stream
    this.#bytes = periodFrames * channels * inputSampleBytes(bits)
    const channelNames = Array.from({ length: channels }, (_, i) => `Input ${i + 1}`)
    this.source = { input: 'device', name: device.name, rateHz, bits, channels, channelNames, periodFrames }
  }

  start(onBlock: OnBlock, onLost: OnLost): void {
    try {
      this.#stream.start()
    } catch (error) {
      throw new InputError('no-device', `"${this.source.name}" does not start (${firstLine(error)})`, BUSY)
    }
    void this.#readOn(onBlock, onLost)
  }

  async stop(): Promise<void> {
    if (!this.#open) return
    this.#open = false
    await this.#stream.quit('ABORT')
  }

  async #readOn(onBlock: OnBlock, onLost: OnLost): Promise<void> {
    let gapFrames = 0
    let overflow = false
    // The next read is asked for before this one is back, so that the pool's one thread goes on to it without being
    // woken. One thread, hence in order.
    let next = this.#stream.read(this.#bytes)
    while (this.#open) {
      const current = next
      next = this.#stream.read(this.#bytes)
      const { buf, err, finished } = await current
      if (!this.#open) return
      if (err !== undefined) {
        gapFrames += this.source.periodFrames // the chunk that came with the error
        overflow = true
      } else if (finished || buf === undefined || buf.length < this.#bytes) {
        this.#open = false
        onLost(`"${this.source.name}" has stopped. Is it still connected and switched on?`)
      } else {
        onBlock(asSamples(buf, this.source.bits), nowUs(), gapFrames, overflow)
        gapFrames = 0
        overflow = false
      }
    }
  }
}

function openBest(
  settings: CaptureSettings,
  all: readonly DeviceInfo[],
  binding: Binding,
): { device: DeviceInfo; channels: number; stream: AudioIO } {
  const { device: name, channels: most, rateHz, bits, periodFrames, fewerWillDo } = settings
  let refusal = ''
  const fit = rankDevices(all, name, most)
  const narrower = fewerWillDo ? rankDevices(all, name, 1).filter((device) => !fit.includes(device)) : []
  for (const device of [...fit, ...narrower]) {
    const channels = Math.min(most, device.maxInputChannels)
    let stream: AudioIO
    try {
      stream = binding.create({
        inOptions: {
          deviceId: device.id,
          sampleRate: rateHz,
          channelCount: channels,
          // A device with fewer bits is opened too: PortAudio shifts what it has into place.
          sampleFormat: bits === 16 ? 16 : 32,
          framesPerBuffer: periodFrames,
          maxQueue: MAX_QUEUE,
          closeOnError: true,
        },
      })
    } catch (error) {
      refusal ||= `"${device.name}" was found but could not be opened with ${channels} channels at ${rateHz} Hz (${firstLine(error)})`
      continue
    }
    // What is opened is a place in a list that opening makes anew: somebody may have plugged in a microphone meanwhile.
    if (binding.getDevices().find(({ id }) => id === device.id)?.name === device.name)
      return { device, channels, stream }
    stream.quit('ABORT').catch(() => {})
    throw new InputError('no-device', `The inputs changed while "${device.name}" was being opened`)
  }
  if (refusal !== '') throw new InputError('no-device', refusal, BUSY)
  const smaller = widest(all, name)
  if (smaller !== undefined) {
    const { name: found, maxInputChannels: has } = smaller
    const advice = `Set CAPTURE_CHANNELS=${has}, or CAPTURE_DEVICE to part of another name.`
    throw new InputError('no-device', `"${found}" has ${has} inputs, but ${most} were asked for`, advice)
  }
  throw new InputError('no-device', `No input named "${name}" was found (seen: ${listInputs(all)})`)
}

/** The bytes as samples, without a copy unless they lie at an odd address. */
function asSamples(buf: Buffer, bits: SampleBits): InputSamples {
  const even = buf.byteOffset % inputSampleBytes(bits) === 0 ? buf : new Uint8Array(buf)
  return bits === 16
    ? new Int16Array(even.buffer, even.byteOffset, even.length / 2)
    : new Int32Array(even.buffer, even.byteOffset, even.length / 4)
}
