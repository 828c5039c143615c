import { expect, test } from 'vitest'
import { type OpusRung, rungNamed } from '../../../shared/rungs.ts'
import { FakeEncoders, pcmPacket } from '../../fixtures/packets.ts'
import type { RungPacket } from '../rung-packet.ts'
import { EncoderShare } from './encoder-share.ts'

const OPUS_256 = rungNamed('opus-256') as OpusRung
const OPUS_64 = rungNamed('opus-64') as OpusRung
const STREAM = { streamId: 7, rateHz: 48_000, periodFrames: 120 }

/** Packets of opus-256 are as long as those of the source. */
function setUp() {
  const encoders = new FakeEncoders()
  const share = new EncoderShare(encoders)
  let next = 0
  const play = (packets: number) => {
    for (let i = 0; i < packets; i++) {
      const { packet, header } = pcmPacket(next++, STREAM.periodFrames)
      share.push(packet, header)
    }
  }
  share.begin(STREAM)
  return { encoders, share, play }
}

test('two ladders get the same packets of a rung that is encoded once; each from when it came', () => {
  const { encoders, share, play } = setUp()
  const [a, b] = [share.side(), share.side()]
  const [first, second]: RungPacket[][] = [[], []]
  a.begin(STREAM)
  a.open(OPUS_256, (packet) => first?.push(packet))
  play(3)
  b.begin(STREAM)
  b.open(OPUS_256, (packet) => second?.push(packet))
  play(2)
  expect(first).toHaveLength(5)
  expect(second?.map(({ sequence }) => sequence)).toEqual([3, 4])
  expect(second?.[0]?.bytes).toBe(first?.[3]?.bytes)
  expect(encoders.open48k.size).toBe(1)
})

test('the last one to close a rung closes it; the others go on', () => {
  const { encoders, share, play } = setUp()
  const [a, b] = [share.side(), share.side()]
  const heard = { a: 0, b: 0 }
  a.open(OPUS_256, () => heard.a++)
  b.open(OPUS_256, () => heard.b++)
  a.close(OPUS_256)
  a.close(OPUS_256)
  play(2)
  expect(heard).toEqual({ a: 0, b: 2 })
  b.close(OPUS_256)
  expect(encoders.open48k.size).toBe(0)
  b.open(OPUS_256, () => heard.b++)
  play(1)
  expect(heard.b).toBe(3)
})

test('who opens a rung again is told by the new function only', () => {
  const { share, play } = setUp()
  const side = share.side()
  const heard = { before: 0, after: 0 }
  side.open(OPUS_256, () => heard.before++)
  side.open(OPUS_256, () => heard.after++)
  play(2)
  expect(heard).toEqual({ before: 0, after: 2 })
})

test('who leaves while a packet is handed round takes it from nobody', () => {
  const { share, play } = setUp()
  const [a, b] = [share.side(), share.side()]
  let heard = 0
  a.open(OPUS_256, () => a.close(OPUS_256))
  b.open(OPUS_256, () => heard++)
  play(2)
  expect(heard).toBe(2)
})

test('a ladder that stops, or says that its source has gone, hurts no other', async () => {
  const { encoders, share, play } = setUp()
  const [a, b] = [share.side(), share.side()]
  const heard = { a: 0, b: 0 }
  for (const rung of [OPUS_256, OPUS_64]) a.open(rung, () => heard.a++)
  b.open(OPUS_256, () => heard.b++)
  a.end()
  await a.stop()
  a.open(OPUS_64, () => heard.a++)
  play(20)
  expect(heard).toEqual({ a: 0, b: 20 })
  expect([...encoders.open48k.keys()]).toEqual([OPUS_256])
  expect(encoders.stopped).toBe(false)
  await share.stop()
  expect(encoders.stopped).toBe(true)
})
