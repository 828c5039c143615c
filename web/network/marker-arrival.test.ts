import { expect, test } from 'vitest'
import { ControlBlock, createControlBlock } from '../../src/shared/ring/control-block.ts'
import { MarkerArrival } from './marker-arrival.ts'

function setup() {
  const control = new ControlBlock(createControlBlock())
  return { control, marker: new MarkerArrival(control) }
}
const LIVE = { from: 0, shift: 0, muted: false }

test('the packet in which the marker begins says when it came, and where that is in the room', () => {
  const { control, marker } = setup()
  marker.expect(1000)
  marker.came(768, 896, LIVE, 5)
  expect(control.get('markerSerial')).toBe(0)
  marker.came(44_996, 45_124, { ...LIVE, shift: 44_100 }, 8)
  expect(control.get('markerSerial')).toBe(1)
  expect(control.get('markerStreamPosition')).toBe(1000)
  expect(control.get('markerPosition')).toBe(45_100)
  expect(control.get('markerFrom')).toBe(44_996)
  expect(control.get('markerArrivedMs')).toBe(8)
  expect(marker.waits).toBe(false)
})

test('in a room that is paused there is nothing to be looked for', () => {
  const { control, marker } = setup()
  marker.expect(1000)
  marker.came(896, 1024, { ...LIVE, muted: true }, 8)
  expect(control.get('markerSerial')).toBe(1)
  expect(control.get('markerPosition')).toBeNaN()
})

test('a marker whose packet was left out is not waited for any more', () => {
  const { control, marker } = setup()
  marker.expect(1000)
  marker.came(1024, 1152, LIVE, 8)
  expect(marker.waits).toBe(false)
  expect(control.get('markerSerial')).toBe(0)
})
