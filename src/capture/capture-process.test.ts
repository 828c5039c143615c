import { expect, test, vi } from 'vitest'
import { CAPTURE_EXIT, type FromCapture } from '../shared/capture-messages.ts'
import { CaptureProcess } from './capture-process.ts'
import { SYNTH } from './fixtures/forked-capture.ts'
import type { Input } from './inputs/input.ts'

vi.mock('./open-input.ts', () => ({
  openInput: async () => ({ input: deadDevice, gains: SYNTH.gains }),
}))

/** Opens, gives nothing, and does not let go. */
const deadDevice: Input = {
  source: {
    ...{ input: 'device', name: 'MONTAGE', rateHz: 44_100, bits: 16, channels: 8 },
    ...{ channelNames: [], periodFrames: 128 },
  },
  start: () => {},
  stop: () => new Promise(() => {}),
}

test('a device without a first block is waited for as long as it is told, and not to let go', async () => {
  const told: FromCapture[] = []
  const ended = await new Promise<unknown[]>((resolve) => {
    const outlets = { send: (message: FromCapture) => void told.push(message), sendPacket: () => {} }
    const capture = new CaptureProcess({ ...outlets, exit: (...how) => resolve(how) })
    capture.hear({ kind: 'start', settings: { ...SYNTH, capture: 'device', firstBlockMs: 250 } })
  })
  expect(ended).toEqual([CAPTURE_EXIT.stalled, true])
  expect(told.at(-1)).toMatchObject({ kind: 'fault', message: expect.stringContaining('for 300 ms.') })
})
