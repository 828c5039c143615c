// The virtual link by itself does what it was asked to do, says what it did, and leaves nothing behind.
import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import { NoLinkError } from '../studio/link/build.ts'
import { type Link, startLink } from '../studio/link/link.ts'
import { waitUntil } from '../studio/wait-until.ts'

const FIXTURES = join(import.meta.dirname, '..', 'studio', 'link')

test('a TCP round trip takes what was asked for, never less', async () => {
  const link = await linkFor({ down: { delayMs: 7 }, up: { delayMs: 13 } })
  const { tcpPort } = await probe(link)
  const socket = connect({ host: link.farAddress, port: tcpPort, noDelay: true })
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  const tripsMs: number[] = []
  for (let i = 0; i < 100; i++) {
    const from = performance.now()
    socket.write('x')
    await once(socket, 'data')
    tripsMs.push(performance.now() - from)
  }
  tripsMs.sort((a, b) => a - b)
  expect(tripsMs[0]).toBeGreaterThanOrEqual(20)
  // Half of them may meet a busy machine; a link that adds a delay of its own is beyond this.
  expect(tripsMs[50]).toBeLessThan(25)
})

test('what is sent from here is minded as asked for, and by nothing else that there is', async () => {
  const link = await startLink({ down: {}, up: {} }, { congestion: 'reno' })
  onTestFinished(() => void link.stop())
  const { tcpPort } = await probe(link)
  const socket = connect({ host: link.farAddress, port: tcpPort, noDelay: true })
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  const told = execFileSync('ss', ['-tin', 'dst', link.farAddress], { encoding: 'utf8' })
  expect(told.split(/\s+/)).toContain('reno')
  await expect(startLink({ down: {}, up: {} }, { congestion: 'no-such' })).rejects.toThrow(NoLinkError)
})

test.each([
  { loss: 0.05, burst: 1, shareWithin: [0.042, 0.058], lengthWithin: [1, 1.12] },
  { loss: 0.05, burst: 4, shareWithin: [0.035, 0.065], lengthWithin: [3.3, 4.7] },
] as const)(
  'loses $loss of the packets in runs of $burst, and accounts for each',
  async ({ loss, burst, shareWithin, lengthWithin }) => {
    const link = await linkFor({ down: { loss, burst }, up: {} })
    const far = await probe(link)
    const sent = 10_000
    const arrived = await sendNumbered(link, far, sent)
    const { down } = await link.counters()
    expect(arrived.length + down.lost).toBe(sent)
    expect(down).toMatchObject({
      packets: sent,
      forwarded: arrived.length,
      queueFull: 0,
      overflow: 0,
      held: 0,
    })
    const runs = missingRuns(arrived, sent)
    const share = down.lost / sent
    const length = down.lost / runs.length
    expect(share).toBeGreaterThan(shareWithin[0])
    expect(share).toBeLessThan(shareWithin[1])
    expect(length).toBeGreaterThanOrEqual(lengthWithin[0])
    expect(length).toBeLessThan(lengthWithin[1])
  },
)

test('the same seed loses the same packets, another one others', async () => {
  const arrivals = await Promise.all(
    [5, 5, 6].map(async (seed) => {
      const link = await linkFor({ down: { loss: 0.2 }, up: {} }, seed)
      return sendNumbered(link, await probe(link), 300)
    }),
  )
  expect(arrivals[0]).toEqual(arrivals[1])
  expect(arrivals[0]).not.toEqual(arrivals[2])
})

test('packets stay in order however much they jitter', async () => {
  const link = await linkFor({ down: { jitterMs: 5, spikeShare: 0.05, spikeMs: 20 }, up: {} })
  const arrived = await sendNumbered(link, await probe(link), 1000)
  expect(arrived).toEqual(Array.from({ length: 1000 }, (_, i) => i))
})

test('a rate holds TCP back to it', async () => {
  const link = await linkFor({ down: {}, up: { rateMbit: 8, queueMs: 50 } })
  const bytes = 400_000
  const { sourcePort } = await probe(link, bytes)
  const from = performance.now()
  const socket = connect({ host: link.farAddress, port: sourcePort })
  onTestFinished(() => void socket.destroy())
  let received = 0
  socket.on('data', (chunk) => {
    received += chunk.length
  })
  await once(socket, 'end')
  const tookMs = performance.now() - from
  expect(received).toBe(bytes)
  const { up } = await link.counters()
  // What got through, lost again to the queue or not, took its turn at 8 Mbit/s = 1 kB/ms.
  expect(tookMs).toBeGreaterThanOrEqual(bytes / 1000 - 50)
  expect(up.bytes).toBeGreaterThan(bytes)
})

test('a rate is what was asked for, and another one when it is changed', async () => {
  const link = await linkFor({ down: { rateMbit: 1, queueMs: 60_000 }, up: {} })
  const far = await probe(link)
  // 125 packets of 1,028 bytes are 1.028 Mbit.
  const timeMs = async () => {
    const from = performance.now()
    expect(await sendNumbered(link, far, 125, 1000)).toHaveLength(125)
    return performance.now() - from
  }
  const slowMs = await timeMs()
  expect(slowMs).toBeGreaterThan(0.9 * 1028)
  expect(slowMs).toBeLessThan(1.1 * 1028)
  await link.change('down', { rateMbit: 2 })
  const quickMs = await timeMs()
  expect(quickMs).toBeGreaterThan(0.9 * 514)
  expect(quickMs).toBeLessThan(1.1 * 514)
})

test('the queue before the rate limit is bounded', async () => {
  const link = await linkFor({ down: { rateMbit: 1, queueMs: 100 }, up: {} })
  const far = await probe(link)
  const arrived = await sendNumbered(link, far, 60, 1000)
  const { down } = await link.counters()
  // 100 ms at 1 Mbit/s are 12.5 kB: twelve packets of 1,028 bytes and the one being sent, more if sending took its time.
  expect(arrived.length).toBeGreaterThanOrEqual(13)
  expect(down.queueFull).toBeGreaterThan(0)
  expect(down.queueFull + arrived.length).toBe(60)
})

test('an outage loses what is sent in it, a stall delivers it afterwards', async () => {
  const link = await linkFor({ down: {}, up: {} })
  const far = await probe(link)
  await link.outage(60_000, 'down')
  expect(await sendNumbered(link, far, 20)).toEqual([])
  expect((await link.counters()).down).toMatchObject({ outage: 20, lost: 0 })
  await link.outage(0)
  expect(await sendNumbered(link, far, 20)).toHaveLength(20)
  const from = performance.now()
  await link.stall(300, 'down')
  expect(await sendNumbered(link, far, 20)).toHaveLength(20)
  expect(performance.now() - from).toBeGreaterThanOrEqual(299)
})

test('conditions change while it runs, and nonsense is refused', async () => {
  const link = await linkFor({ down: { loss: 1 }, up: {} })
  const far = await probe(link)
  expect(await sendNumbered(link, far, 10)).toEqual([])
  await link.change('down', { loss: 0, delayMs: 5 })
  expect(await sendNumbered(link, far, 10)).toHaveLength(10)
  await expect(link.change('down', { loss: 2 })).rejects.toThrow('out of range')
  await expect(link.change('up', { delayMs: Number.NaN })).rejects.toThrow('refuses')
  await expect(startLink({ down: { burst: 0 }, up: {} })).rejects.toThrow('out of range')
})

test('a stopped link takes its device, its relay and its far side along', async () => {
  const link = await startLink({ down: {}, up: {} })
  expect(networkInterfaces()[link.device]?.[0]?.address).toBe(link.nearAddress)
  expect(existsSync(`/proc/${link.relayPid}`)).toBe(true)
  const counters = await link.stop()
  expect(counters.down.overflow).toBe(0)
  expect(networkInterfaces()[link.device]).toBeUndefined()
  expect(existsSync(`/proc/${link.relayPid}`)).toBe(false)
  await expect(link.counters()).rejects.toThrow('relay ended')
})

test.each(['SIGKILL', 'SIGTERM'] as const)('a link dies with its owner, by %s', async (signal) => {
  const owner = spawn(process.execPath, ['--import', 'tsx', join(FIXTURES, 'crash-me.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(owner.stdout, 'data')) as [Buffer]
  const { relayPid, device } = JSON.parse(String(line)) as { relayPid: number; device: string }
  expect(networkInterfaces()[device]).toBeDefined()
  owner.kill(signal)
  await waitUntil('the link to be gone', () => !existsSync(`/proc/${relayPid}`))
  await waitUntil('the device to be gone', () => networkInterfaces()[device] === undefined)
})

async function linkFor(...[conditions, seed]: [Parameters<typeof startLink>[0], seed?: number]) {
  const link = await startLink(conditions, { seed: seed ?? 1 })
  onTestFinished(async () => void (await link.stop()))
  return link
}

interface Far {
  tcpPort: number
  sourcePort: number
  udpPort: number
  /** Numbers of the UDP packets that came since the last time it was asked. */
  arrivals(): Promise<number[]>
}

async function probe(link: Link, sourceBytes = 0): Promise<Far> {
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(
    ...link.atFarSide(process.execPath, [join(FIXTURES, 'probe.mjs'), link.farAddress, String(sourceBytes)]),
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const exited = once(child, 'exit')
  onTestFinished(async () => {
    child.stdin.end()
    await exited
  })
  const lines = createInterface(child.stdout)
  const [greeting] = (await once(lines, 'line')) as [string]
  const [tcpPort = 0, sourcePort = 0, udpPort = 0] = greeting.split(' ').slice(1).map(Number)
  return {
    tcpPort,
    sourcePort,
    udpPort,
    async arrivals() {
      child.stdin.write('?\n')
      const [line] = (await once(lines, 'line')) as [string]
      return JSON.parse(line) as number[]
    },
  }
}

/** Sends `count` packets with their number in front, and gives the numbers that arrived when all are accounted for. */
async function sendNumbered(link: Link, far: Far, count: number, bytes = 4): Promise<number[]> {
  const socket = createSocket('udp4')
  onTestFinished(() => void socket.close())
  const { down: before } = await link.counters()
  const arrived: number[] = []
  // In portions that fit into the receiver's buffer: what overflows there the link has not lost.
  for (let from = 0; from < count; from += 100) {
    const to = Math.min(from + 100, count)
    for (let number = from; number < to; number++) {
      const message = Buffer.alloc(bytes)
      message.writeUInt32LE(number)
      await new Promise((resolve) => socket.send(message, far.udpPort, link.farAddress, resolve))
    }
    await waitUntil(
      `${to} packets to be accounted for`,
      async () => {
        arrived.push(...(await far.arrivals()))
        const { down } = await link.counters()
        const dropped = down.lost + down.queueFull + down.outage
        return arrived.length + dropped - (before.lost + before.queueFull + before.outage) === to
      },
      10_000,
      1,
    )
  }
  return arrived
}

/** Lengths of the runs of numbers that are not in `arrived`. */
function missingRuns(arrived: readonly number[], count: number): number[] {
  const ends = [-1, ...arrived, count]
  return ends.flatMap((number, i) => {
    const missing = number - (ends[i - 1] ?? number) - 1
    return i > 0 && missing > 0 ? [missing] : []
  })
}
