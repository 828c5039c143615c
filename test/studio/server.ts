import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Env } from './process.ts'
import { childrenOf, commandLine } from './processes.ts'
import type { Studio } from './studio.ts'
import { InVain, waitUntil } from './wait-until.ts'

/** Of who is not on this computer. */
export const STUDIO_KEY = 'over-the-link'
const ROOT = join(import.meta.dirname, '..', '..')

/** The real product, started as a user starts it. */
export interface Backline {
  readonly url: string
  /** Of the page, with the key that it takes where this is not the loopback. */
  readonly pageUrl: string
  readonly pid: number
  /** The capture child of this moment: it changes when the child is replaced. */
  childPid(): number
  log(): string
  health(): Promise<Record<string, unknown>>
  /** SIGTERM, and the end of server and child. */
  stop(): Promise<void>
  /** SIGKILL, to see what that leaves. */
  kill(): Promise<void>
}

/** Starts the built server in the studio on a free port; resolves when its source is running. */
export async function startBackline(options: {
  /** Whoever can start programs; the studio ends them too. */
  studio: Pick<Studio, 'start'>
  env?: Env
  args?: readonly string[]
  /** A free one unless told. */
  port?: number
  /** Address of this machine to listen on; the loopback unless told. */
  host?: string
}): Promise<Backline> {
  const port = options.port ?? (await freePort())
  const host = options.host ?? '127.0.0.1'
  const program = options.studio.start(
    process.execPath,
    [join(ROOT, 'src', 'server', 'start.mjs'), ...(options.args ?? [])],
    {
      env: { PORT: String(port), HOST: host, LOG_LEVEL: 'info', CONTROLLER_KEY: STUDIO_KEY, ...options.env },
    },
  )
  const url = `http://${host}:${port}`
  const pageUrl = host === '127.0.0.1' ? url : `${url}/?key=${STUDIO_KEY}`
  const health = async () => (await (await fetch(`${url}/health`)).json()) as Record<string, unknown>
  // The first start may have to build what is stale.
  await waitUntil(
    'the server to have a running source',
    async () => {
      if (!program.alive()) throw new InVain(`the server ended: ${program.log()}`)
      return sourceRuns(await health())
    },
    120_000,
    100,
  ).catch(async (error: unknown) => {
    await program.stop('SIGKILL')
    throw new Error(`the server did not start: ${program.log()}`, { cause: error })
  })
  const pid = serverPid(program.child.pid ?? 0, port)
  return {
    url,
    pageUrl,
    pid,
    health,
    childPid() {
      const child = childrenOf(pid).find((candidate) => /capture[/\\]main/.test(commandLine(candidate)))
      if (!child) throw new Error('the server has no capture child at the moment')
      return child
    },
    log: () => program.log(),
    stop: () => program.stop('SIGTERM'),
    kill: () => program.stop('SIGKILL'),
  }
}

/** A port nobody listens on, by asking the kernel. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

function sourceRuns(health: Record<string, unknown>): boolean {
  const source = health['source'] as { state?: unknown } | string | undefined
  return (typeof source === 'string' ? source : source?.state) === 'running'
}

/** start.mjs may be the server itself or the parent of it: the server is the one whose child captures. */
function serverPid(started: number, port: number): number {
  for (const pid of [started, ...childrenOf(started)]) {
    if (childrenOf(pid).some((child) => /capture[/\\]main/.test(commandLine(child)))) return pid
  }
  throw new Error(`the server on port ${port} has no capture child`)
}
