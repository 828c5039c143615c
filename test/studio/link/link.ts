// A network with delay, jitter, loss, a rate and outages between this machine and a place of its own on it: packets cross
// from one network namespace to another through a relay in user space.
import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, writeFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { realtime } from '../process.ts'
import { buildRelay, NoLinkError, whyNoLink } from './build.ts'
import type { LinkConditions, WayConditions } from './conditions.ts'

export type Way = 'down' | 'up'

/** `packets` arrived; each is `held` (in flight) or in exactly one of the counts after it. */
export interface WayCounters {
  packets: number
  bytes: number
  forwarded: number
  lost: number
  /** Dropped because the queue before the rate limit was full. */
  queueFull: number
  /** Dropped in an outage. */
  outage: number
  /** Dropped because the relay or the kernel had no room: a mistake in the conditions. */
  overflow: number
  held: number
}

export interface LinkCounters {
  down: WayCounters
  up: WayCounters
  /** How much later than due packets were handed on, µs: the relay's own share, a stalled machine included. */
  lateUs: { p50: number; p99: number; max: number }
}

export interface Link {
  /** This side: a server listens here to be reached over the link. */
  readonly nearAddress: string
  /** The far side. */
  readonly farAddress: string
  /** Name of the device on this side. */
  readonly device: string
  readonly relayPid: number
  /** Changes what is given, in one direction, while the link runs. */
  change(way: Way, conditions: Partial<WayConditions>): Promise<void>
  /** What is sent in the next `ms` is lost, both ways unless told. */
  outage(ms: number, way?: Way): Promise<void>
  /** What is in flight or sent in the next `ms` arrives after them, all at once. */
  stall(ms: number, way?: Way): Promise<void>
  counters(): Promise<LinkCounters>
  /** How to run a program at the far side, which has no other network. Files and Unix sockets are those of this side. */
  atFarSide(command: string, args: readonly string[]): [command: string, args: string[]]
  /** Writes a program into `dir` that runs `command` at the far side, for those who start by path; gives its path. */
  writeFarSideProgram(dir: string, command: string): string
  /** Takes it all down. The far side is gone when the last program there has ended. */
  stop(): Promise<LinkCounters>
}

export interface LinkOptions {
  seed?: number
  /** Congestion control of what this side sends over the link, by the kernel's name; the system's own without. */
  congestion?: string
}

/**
 * Starts a link. Same `seed`, same packets: same losses. Nothing of it outlives the process that started it, however
 * that ends: devices and namespace belong to the relay, and the relay ends with its standard input. Throws NoLinkError.
 */
export async function startLink(
  conditions: LinkConditions,
  { seed = 1, congestion = '' }: LinkOptions = {},
): Promise<Link> {
  const obstacle = whyNoLink()
  if (obstacle) throw new NoLinkError(obstacle)
  const [near, far] = freeAddresses()
  const relay = await startRelay(near, far, seed)
  const [, pid = '', namespaceFd = '', device = ''] = relay.greeting.split(' ')
  const namespace = `/proc/${pid}/fd/${namespaceFd}`
  const obey = async (line: string) => {
    const answer = await relay.ask(line)
    if (answer !== 'ok') throw new Error(`the link refuses "${line}": ${answer}`)
  }
  const change: Link['change'] = async (way, wish) => {
    const words = Object.entries(wish).map(([name, value]) => `${name}=${value}`)
    if (words.length > 0) await obey([way, ...words].join(' '))
  }
  const atFarSide: Link['atFarSide'] = (command, args) => [
    'nsenter',
    [`--net=${namespace}`, '--', command, ...args],
  ]
  const link: Link = {
    nearAddress: near,
    farAddress: far,
    device,
    relayPid: Number(pid),
    change,
    outage: (ms, way) => obey(`${way ?? ''} outage ${ms}`),
    stall: (ms, way) => obey(`${way ?? ''} stall ${ms}`),
    counters: async () => JSON.parse(await relay.ask('counters')) as LinkCounters,
    atFarSide,
    writeFarSideProgram(dir, command) {
      const path = join(dir, `far-${pid}-${command.replace(/\W+/g, '-')}`)
      const [enter, args] = atFarSide(command, [])
      writeFileSync(path, `#!/bin/sh\nexec ${[enter, ...args].map(quoted).join(' ')} "$@"\n`)
      chmodSync(path, 0o700)
      return path
    },
    stop: relay.stop,
  }
  try {
    if (congestion) mindCongestion({ near, far, device }, congestion)
    await change('down', conditions.down)
    await change('up', conditions.up)
  } catch (error) {
    await link.stop()
    throw error
  }
  return link
}

/** Goes with the device: connections of nobody else see it. */
function mindCongestion(to: { near: string; far: string; device: string }, congestion: string): void {
  const way = ['route', 'replace', `${to.far}/32`, 'dev', to.device, 'src', to.near]
  const { status, stderr, error } = spawnSync('ip', [...way, 'congctl', congestion], { encoding: 'utf8' })
  if (status === 0) return
  throw new NoLinkError(`no congestion control "${congestion}" here: ${error?.message ?? stderr.trim()}`)
}

interface Relay {
  greeting: string
  /** One command, one line of answer. */
  ask(line: string): Promise<string>
  stop(): Promise<LinkCounters>
}

async function startRelay(near: string, far: string, seed: number): Promise<Relay> {
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(
    ...realtime(buildRelay(), [near, far, String(seed)]),
    { stdio: 'pipe' },
  )
  let complaint = ''
  child.stderr.on('data', (chunk) => {
    complaint += String(chunk)
  })
  child.stdin.on('error', () => {}) // it has ended: told to whoever asks next
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(`ended with ${code ?? signal}`))
    child.once('error', (error) => resolve(String(error)))
  })
  const waiting: ((line: string | undefined) => void)[] = []
  let last = ''
  const lines = createInterface(child.stdout)
  lines.on('line', (line) => {
    last = line
    waiting.shift()?.(line)
  })
  lines.on('close', () => {
    for (const resolve of waiting.splice(0)) resolve(undefined)
  })
  const alive = () => child.exitCode === null && child.signalCode === null
  const answer = async () => {
    const line = await new Promise<string | undefined>((resolve) => {
      if (alive()) waiting.push(resolve)
      else resolve(undefined)
    })
    if (line === undefined) throw new Error(`the link's relay ${await ended}: ${complaint.trim()}`)
    return line
  }
  const greeting = await answer()
  const closed = once(lines, 'close')
  return {
    greeting,
    ask(line) {
      child.stdin.write(`${line}\n`)
      return answer()
    },
    async stop() {
      child.stdin.end()
      await Promise.all([ended, closed])
      return JSON.parse(last) as LinkCounters
    },
  }
}

/**
 * A network of four addresses nobody on this machine has, out of those kept for measuring networks (RFC 2544). Fresh ones
 * each time also mean that the kernel remembers nothing about the path.
 */
function freeAddresses(): [near: string, far: string] {
  const taken = new Set(
    Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address)),
  )
  for (let attempt = 0; attempt < 1000; attempt++) {
    const base = (198 << 24) + (18 << 16) + Math.floor(Math.random() * 32_768) * 4
    const [near, far] = [dotted(base + 1), dotted(base + 2)]
    if (!taken.has(near) && !taken.has(far)) return [near, far]
  }
  throw new NoLinkError('no free addresses for a virtual link in 198.18.0.0/15')
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.')
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}
