// Which of the machine's inputs is meant. Pure.
import type { InputDevice } from '../../shared/capture-messages.ts'

/** What naudiodon tells about a device; its latency fields are cut to whole seconds. */
export interface DeviceInfo {
  id: number
  name: string
  maxInputChannels: number
  defaultSampleRate: number
  defaultLowInputLatency: number
  hostAPIName: string
}

/**
 * Inputs with enough channels whose name contains `name`, best first: the exact name, then a name that contains it, then one that
 * differs in where it is plugged in only; then the lower latency.
 * naudiodon casts PortAudio's latency from seconds to an integer, so every usable device says 0; the order
 * of the systems they are reached through, from least to most buffering, decides then.
 */
export function rankDevices(devices: readonly DeviceInfo[], name: string, channels: number): DeviceInfo[] {
  return devices
    .map((device) => ({ device, far: distance(device.name, name) }))
    .filter(({ device, far }) => device.maxInputChannels >= channels && far < NOT_MEANT)
    .map(({ device, far }) => ({
      device,
      rank: [far, device.defaultLowInputLatency, hostRank(device), device.id],
    }))
    .sort((a, b) => compare(a.rank, b.rank))
    .map(({ device }) => device)
}

/** Of the inputs whose name contains `name`, the one with the most channels. */
export function widest(devices: readonly DeviceInfo[], name: string): DeviceInfo | undefined {
  return devices
    .filter((d) => d.maxInputChannels > 0 && distance(d.name, name) < NOT_MEANT)
    .reduce<DeviceInfo | undefined>(
      (best, d) => (best !== undefined && best.maxInputChannels >= d.maxInputChannels ? best : d),
      undefined,
    )
}

/**
 * The inputs of this machine for a console. One that is there by several systems is there once, by that with the least buffering:
 * a device is chosen by its name, so there is no choice between those.
 */
export function seenInputs(devices: readonly DeviceInfo[]): InputDevice[] {
  const byName = new Map<string, DeviceInfo>()
  for (const device of devices) {
    if (device.maxInputChannels <= 0) continue
    const name = device.name.trim()
    const known = byName.get(name)
    if (known === undefined || hostRank(device) < hostRank(known)) byName.set(name, device)
  }
  return [...byName.values()].map((device) => ({
    name: device.name,
    channels: device.maxInputChannels,
    rateHz: device.defaultSampleRate,
    api: device.hostAPIName,
  }))
}

/** The inputs of this machine for a sentence: `MONTAGE (8 channels), Microphone (1 channel)`. */
export function listInputs(devices: readonly DeviceInfo[]): string {
  const inputs = devices.filter((device) => device.maxInputChannels > 0)
  if (inputs.length === 0) return 'none'
  return inputs
    .map(({ name, maxInputChannels: n }) => `${name} (${n} ${n === 1 ? 'channel' : 'channels'})`)
    .join(', ')
}

const NOT_MEANT = 3

/** How far a device's name is from the wanted one. A console keeps whole names, and those say where a device was plugged in then. */
function distance(name: string, wanted: string): number {
  const [is, asked] = [name.trim().toLowerCase(), wanted.trim().toLowerCase()]
  if (is === asked) return 0
  if (is.includes(asked)) return 1
  return placeless(is) === placeless(asked) ? 2 : NOT_MEANT
}

/** Without the numbers that follow the order of plugging in: `montage: usb audio (hw:1,0)`, `line (2- montage)`. */
function placeless(name: string): string {
  return name.replace(/ \(hw:\d+,(\d+)\)$/, ' $1').replace(/\(\d+- /, '(')
}

const HOSTS = ['asio', 'jack', 'core audio', 'wdm-ks', 'wasapi', 'alsa', 'directsound', 'mme']

/** ALSA's own hardware names come before plugins (pulse, default …), which resample and buffer. */
function hostRank(device: DeviceInfo): number {
  const host = device.hostAPIName.toLowerCase()
  const at = HOSTS.findIndex((known) => host.includes(known))
  const plugin = host.includes('alsa') && !device.name.includes('(hw:')
  return (at < 0 ? HOSTS.length : at) + (plugin ? 0.5 : 0)
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] as number) - (b[i] as number)
    if (difference !== 0) return difference
  }
  return 0
}
