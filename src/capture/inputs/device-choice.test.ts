import { expect, test } from 'vitest'
import { type DeviceInfo, listInputs, rankDevices, seenInputs } from './device-choice.ts'

const device = (id: number, name: string, hostAPIName: string, maxInputChannels = 8): DeviceInfo => ({
  id,
  name,
  hostAPIName,
  maxInputChannels,
  defaultSampleRate: 48_000,
  defaultLowInputLatency: 0,
})
const ids = (devices: readonly DeviceInfo[]): number[] => devices.map(({ id }) => id)

test('part of the name is enough, in any case, when there are channels enough', () => {
  const devices = [
    device(0, 'Built-in Microphone', 'Core Audio', 1),
    device(1, 'Yamaha Montage8', 'Core Audio', 32),
    device(2, 'MONTAGE', 'Core Audio', 2),
  ]
  expect(ids(rankDevices(devices, 'montage', 8))).toEqual([1])
  expect(rankDevices(devices, 'MODX', 8)).toEqual([])
})

test('an exact name wins over a better host', () => {
  const devices = [device(0, 'Montage 2', 'ASIO'), device(1, 'montage', 'MME')]
  expect(ids(rankDevices(devices, 'MONTAGE', 8))).toEqual([1, 0])
})

test('a whole name is found again when the device has been plugged in elsewhere, but no other is taken for it', () => {
  const devices = [
    device(0, 'MONTAGE: USB Audio (hw:2,0)', 'ALSA'),
    device(1, 'Cam: USB Audio (hw:1,0)', 'ALSA'),
    device(2, 'MONTAGE: USB Audio (hw:2,1)', 'ALSA'),
    device(3, 'Line (3- MONTAGE)', 'MME'),
  ]
  expect(ids(rankDevices(devices, 'MONTAGE: USB Audio (hw:1,0)', 8))).toEqual([0])
  expect(ids(rankDevices(devices, 'Line (MONTAGE)', 8))).toEqual([3])
  expect(ids(rankDevices(devices, 'Line (2- MONTAGE)', 8))).toEqual([3])
  const both = [...devices, device(4, 'MONTAGE: USB Audio (hw:1,0)', 'ALSA')]
  expect(ids(rankDevices(both, 'MONTAGE: USB Audio (hw:1,0)', 8))).toEqual([4, 0])
})

test('on one machine, from the least buffering host to the most', () => {
  const hosts = ['MME', 'Windows DirectSound', 'Windows WASAPI', 'Windows WDM-KS', 'ASIO']
  const devices = hosts.map((host, id) => device(id, 'Montage USB', host))
  expect(ids(rankDevices(devices, 'montage', 8))).toEqual([4, 3, 2, 1, 0])
})

test('ALSA hardware before ALSA plugins', () => {
  const devices = [device(0, 'montage via pulse', 'ALSA'), device(1, 'MONTAGE: USB Audio (hw:1,0)', 'ALSA')]
  expect(ids(rankDevices(devices, 'montage', 8))).toEqual([1, 0])
})

test('a latency that was told comes before the host', () => {
  const slow = { ...device(0, 'Montage A', 'ASIO'), defaultLowInputLatency: 1 }
  expect(ids(rankDevices([slow, device(1, 'Montage B', 'MME')], 'montage', 8))).toEqual([1, 0])
})

test('the list of inputs reads as a sentence does', () => {
  const devices = [
    device(0, 'Mic', 'ALSA', 1),
    device(1, 'Speakers', 'ALSA', 0),
    device(2, 'MONTAGE', 'ALSA'),
  ]
  expect(listInputs(devices)).toBe('Mic (1 channel), MONTAGE (8 channels)')
  expect(listInputs([])).toBe('none')
})

test('a console is told of inputs, not of outputs', () => {
  expect(seenInputs([device(0, 'Speakers', 'ALSA', 0), device(1, 'MONTAGE', 'ALSA')])).toEqual([
    { name: 'MONTAGE', channels: 8, rateHz: 48_000, api: 'ALSA' },
  ])
})

test('an input that is there by several systems is seen once, by the one it would be opened through', () => {
  const hosts = ['MME', 'Windows WASAPI', 'Windows DirectSound']
  const seen = seenInputs([
    ...hosts.map((host, id) => device(id, 'MONTAGE', host)),
    device(3, 'Mic', 'MME', 1),
  ])
  expect(seen.map(({ name, api }) => [name, api])).toEqual([
    ['MONTAGE', 'Windows WASAPI'],
    ['Mic', 'MME'],
  ])
})
