// Some seconds of a crowd and of the process that sends to it.
import { setTimeout as wait } from 'node:timers/promises'
import { cpuPercent, threadTimes } from '../lib/cpu.ts'
import { machineBusyMs } from '../lib/machine.ts'
import { ownMb } from '../lib/memory.ts'
import type { Row } from '../lib/report.ts'
import { round } from '../lib/statistics.ts'
import type { Crowd, Tally } from './crowd.ts'

export interface Window {
  seconds: number
  tally: Tally
  /** Per cent of one core: the sending process, its main thread, the crowd, and everything else on this machine. */
  cpu: { sender: number; mainThread: number; crowd: number; others: number }
  /** Of the sender, for each packet that a listener had, µs. */
  cpuUsPerPacket: number
  /** Of the sender, what it has for itself, four times a second, MB. */
  memoryMb: number[]
}

const LOOK_MS = 250

export async function watchWindow(crowd: Crowd, pid: number, seconds: number): Promise<Window> {
  const pids = [pid, crowd.pid]
  const memoryMb: number[] = []
  crowd.begin()
  const [before, busyBefore, from] = [threadTimes(pids), machineBusyMs(), performance.now()]
  for (let i = 1; performance.now() - from < seconds * 1000; i++) {
    await wait(Math.max(0, from + i * LOOK_MS - performance.now())) // the measurement itself
    memoryMb.push(ownMb(pid))
  }
  const [after, busyAfter, to] = [threadTimes(pids), machineBusyMs(), performance.now()]
  const tally = await crowd.tell()
  const by = cpuPercent(before, after, to - from, (thread) =>
    thread.pid === crowd.pid ? 'crowd' : thread.tid === pid ? 'main' : 'beside',
  )
  const [mainThread, beside, own] = ['main', 'beside', 'crowd'].map((name) => by.get(name) ?? 0) as Three
  const busy = ((busyAfter - busyBefore) / (to - from)) * 100
  const sender = mainThread + beside
  return {
    seconds: (to - from) / 1000,
    tally,
    cpu: { sender, mainThread, crowd: own, others: Math.max(0, busy - sender - own) },
    cpuUsPerPacket: ((sender / 100) * (to - from) * 1000) / tally.packets,
    memoryMb,
  }
}

type Three = [number, number, number]

export function windowRow(row: string, { seconds, tally, cpu, cpuUsPerPacket }: Window): Row {
  const { each, last } = tally
  return {
    row,
    packetsPerS: Math.round(tally.packets / seconds),
    messagesPerS: Math.round(tally.messages / seconds),
    cpu: round(cpu.sender, 1),
    cpuMain: round(cpu.mainThread, 1),
    usPerPacket: round(cpuUsPerPacket),
    cpuCrowd: round(cpu.crowd, 1),
    cpuOthers: round(cpu.others, 1),
    p50Ms: each.p50Ms,
    p99Ms: each.p99Ms,
    p999Ms: each.p999Ms,
    lastP50Ms: last.p50Ms,
    lastP99Ms: last.p99Ms,
    missed: tally.missed,
    closes: tally.closes,
  }
}
