// The built server as a user starts it, on its own and to be mistreated. It ends with whoever started it.
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { request as requestSecurely } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type Env, type Program, startProgram } from '../studio/process.ts'
import { childrenOf, commandLine } from '../studio/processes.ts'
import { freePort } from '../studio/server.ts'
import { InVain, waitUntil } from '../studio/wait-until.ts'
import { type Census, takeCensus } from './census.ts'

const START = join(import.meta.dirname, '..', '..', 'src', 'server', 'start.mjs')
const CENSUS = join(import.meta.dirname, 'census-in-server.mjs')
/** A start of the server on a machine that does much else. */
export const START_LIMIT_MS = 60_000

export interface Answer {
  status: number
  headers: IncomingMessage['headers']
  body: string
}

/** What is asked of it here. */
export interface Health {
  listeners: number
  source: { state: string; input?: string; restarts: number }
}

export interface ServerOptions {
  env?: Env
  /** The one of the server before, to be found again. */
  port?: number
  folder?: string
  /** Over HTTPS, with a certificate that it makes itself. */
  secure?: boolean
  /** A command with arguments that prepares something about the folder of the data, then becomes what follows. */
  within?: (dataDir: string) => readonly string[]
}

let mark = 0
const folders = new Set<string>()
const servers = new Set<ChaosServer>()

/** Starts one; resolves at once. */
export async function spawnServer(options: ServerOptions = {}): Promise<ChaosServer> {
  const server = new ChaosServer({ ...options, port: options.port ?? (await freePort()) })
  servers.add(server)
  return server
}

/** Starts one; resolves when its source plays. */
export async function startServer(options: ServerOptions = {}): Promise<ChaosServer> {
  const server = await spawnServer(options)
  await server.plays()
  return server
}

/** Nothing of a test or bench stays, however it ended: no server, no folder. */
export async function endServers(): Promise<void> {
  await Promise.all([...servers].map((server) => server.end('SIGKILL')))
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
}

export class ChaosServer {
  readonly port: number
  /** Its own, with its data in it. */
  readonly folder: string
  readonly dataDir: string
  readonly secure: boolean
  readonly #program: Program
  /** In the environment of everything that descends from it. */
  readonly #mark = `CHAOS_MARK=${process.pid}-${mark++}`
  readonly #census: string

  constructor({ env, port = 0, folder, secure = false, within = () => [] }: ServerOptions) {
    this.port = port
    this.secure = secure
    this.folder = folder ?? mkdtempSync(join(tmpdir(), 'backline-chaos-'))
    folders.add(this.folder)
    this.dataDir = join(this.folder, 'data')
    mkdirSync(this.dataDir, { recursive: true })
    this.#census = join(this.folder, 'census.json')
    const { NODE_OPTIONS: _, VITEST: __, ...inherited } = process.env
    const [markName = '', markValue = ''] = this.#mark.split('=')
    const command = [...within(this.dataDir), 'setpriv', '--pdeathsig', 'KILL', process.execPath, START]
    this.#program = startProgram(command[0] as string, command.slice(1), {
      cwd: this.folder,
      env: {
        ...(inherited as Env),
        PORT: String(this.port),
        CAPTURE: 'synth',
        DATA_DIR: this.dataDir,
        NODE_OPTIONS: `--import ${CENSUS}`,
        CHAOS_CENSUS: this.#census,
        [markName]: markValue,
        // The address is told: this computer has others.
        ...(secure ? { LAN: 'true', HOST: '127.0.0.1' } : {}),
        ...env,
      },
    })
  }

  get pid(): number {
    return this.#program.child.pid ?? 0
  }

  log(): string {
    return this.#program.log()
  }

  /** Resolves when the source plays. */
  async plays(): Promise<void> {
    await waitUntil(
      `the server to play: ${this.log()}`,
      async () => {
        if (!this.#program.alive()) throw new InVain(`the server ended: ${this.log()}`)
        return (await this.health()).source.state === 'running'
      },
      START_LIMIT_MS,
    ).catch((error: unknown) => {
      throw new Error(`the server does not play: ${this.log()}`, { cause: error })
    })
  }

  /** Over a connection of its own that ends with the answer, so that none stays to be counted. */
  async ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const asking = (this.secure ? requestSecurely : request)({
      ...{ host: '127.0.0.1', port: this.port, method, path, agent: false, rejectUnauthorized: false },
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
    })
    asking.end(body === undefined ? undefined : JSON.stringify(body))
    const [answer] = (await once(asking, 'response')) as [IncomingMessage]
    return { status: answer.statusCode ?? 0, headers: answer.headers, body: await text(answer) }
  }

  async health(): Promise<Health> {
    return JSON.parse((await this.ask('GET', '/health')).body)
  }

  /** The mix as it is, by that name. */
  async putPreset(name: string): Promise<Answer> {
    const { strips } = JSON.parse((await this.ask('GET', '/api/mix')).body)
    return this.ask('PUT', `/api/mix/presets/${encodeURIComponent(name)}`, { strips })
  }

  /** As `putPreset`; throws when it is not taken. */
  async savePreset(name: string): Promise<void> {
    const { status, body } = await this.putPreset(name)
    if (status >= 300) throw new Error(`the preset is not saved: ${body}`)
  }

  childPid(): number | undefined {
    return childrenOf(this.pid).find((pid) => /capture[/\\]main/.test(commandLine(pid)))
  }

  census(): Promise<Census> {
    return takeCensus(this.pid, this.#census, this.dataDir)
  }

  kill(signal: NodeJS.Signals): void {
    this.#program.child.kill(signal)
  }

  /** Sends the signal and waits for the end: of the server, and of everything that descends from it. */
  async end(signal: NodeJS.Signals): Promise<void> {
    await this.#program.stop(signal)
    await waitUntil('nothing of the server to be left', () => this.living().length === 0)
  }

  /** Everything that descends from the server and lives, the server too. */
  living(): number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => environmentOf(pid).includes(this.#mark))
  }
}

/** Empty for one that has ended and waits to be seen off. */
function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0')
  } catch {
    return [] // it ended while we looked, or is somebody else's
  }
}
