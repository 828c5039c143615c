// A server that is to be mistreated, and those who listen to it while it is.
import type { RungName } from '../../src/shared/rungs.ts'
import { waitUntil } from '../studio/wait-until.ts'
import { type Census, moreThan, untilAsBefore } from './census.ts'
import { ChaosListener } from './listener.ts'
import { nowUs } from './now.ts'
import { type ChaosServer, type ServerOptions, spawnServer, startServer } from './server.ts'

/**
 * Something that goes wrong, brought about and ended. Resolves with how long after its end there was sound again, ms, one for each
 * who listens; throws when it did what it may not do on the way.
 */
export type Cause = (scene: Scene) => Promise<number[]>

export interface SceneOptions extends ServerOptions {
  rungs?: readonly RungName[]
}

/** How long what lingers, such as a connection that is closing, may take to go. */
const LINGER_MS = 40_000

export class Scene {
  server: ChaosServer
  readonly listeners: readonly ChaosListener[]
  readonly #options: ServerOptions
  #before: Census | undefined

  private constructor(server: ChaosServer, listeners: readonly ChaosListener[], options: ServerOptions) {
    this.server = server
    this.listeners = listeners
    this.#options = options
  }

  /** Resolves when everybody hears it, and what it holds has been counted. */
  static async open({ rungs = ['pcm16', 'opus-96'], ...options }: SceneOptions = {}): Promise<Scene> {
    const server = await startServer(options)
    const { port, secure } = server
    const scene = new Scene(
      server,
      rungs.map((rung) => new ChaosListener({ port, rung, secure })),
      options,
    )
    await Promise.all(scene.listeners.map((listener) => listener.start()))
    await scene.soundAfter(nowUs())
    // What is saved has its file already.
    await server.savePreset('before')
    // A child that died of this machine's own troubles is waited for: it belongs to what is there.
    scene.#before = await waitUntil('the server to have its child', async () => {
      const census = await server.census()
      return Object.keys(census.children).length > 0 ? census : undefined
    })
    return scene
  }

  /** Resolves with the ms from then to when each heard sound that was captured after it. */
  soundAfter(sinceUs: number): Promise<number[]> {
    return Promise.all(this.listeners.map((listener) => listener.soundAfter(sinceUs)))
  }

  /** From now. */
  soundAgain(): Promise<number[]> {
    return this.soundAfter(nowUs())
  }

  /** Starts a server where the one before was; resolves at once. */
  async spawn(): Promise<ChaosServer> {
    const { port, folder } = this.server
    this.server = await spawnServer({ ...this.#options, port, folder })
    return this.server
  }

  /** Ends the server that is there; another takes its place. Resolves when that one plays. */
  async replace(signal: NodeJS.Signals): Promise<void> {
    await this.server.end(signal)
    await (await this.spawn()).plays()
  }

  /** Waits until the server has no others, and holds no more than it did when the scene was opened. */
  async untilAsBefore(): Promise<void> {
    await this.#untilOnlyOwn()
    await untilAsBefore(this.#counted(), () => this.server.census(), LINGER_MS)
  }

  /** What the server holds more than when the scene was opened, once what lingers has had the time to go. */
  async leftovers(): Promise<string[]> {
    try {
      await this.untilAsBefore()
      return []
    } catch {
      const { listeners } = await this.server.health()
      const others = listeners - this.listeners.length
      return [
        ...moreThan(this.#counted(), await this.server.census()),
        ...(others > 0 ? [`listeners +${others}`] : []),
      ]
    }
  }

  /** Nobody listens any more, and nothing of the server is left. */
  async end(): Promise<void> {
    for (const listener of this.listeners) listener.stop()
    await this.server.end('SIGKILL')
  }

  #counted(): Census {
    if (!this.#before) throw new Error('the scene is not open')
    return this.#before
  }

  #untilOnlyOwn(): Promise<unknown> {
    const own = () => this.listeners.filter(({ connected }) => connected).length
    const isOnlyOwn = async () => (await this.server.health()).listeners === own()
    return waitUntil('nobody else to listen', isOnlyOwn, LINGER_MS)
  }
}
