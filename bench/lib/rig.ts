// The whole path, running: instrument → device → server → browser → speakers.
import { ENGINES, type Engine, listen, type OpenBrowser, openBrowser } from '../../test/studio/browser.ts'
import { instrumentEnv } from '../../test/studio/instrument.ts'
import { type Backline, startBackline } from '../../test/studio/server.ts'
import { type Studio, startStudio } from '../../test/studio/studio.ts'
import { say } from './bench.ts'

export interface Rig extends OpenBrowser {
  studio: Studio
  server: Backline
  /** Closes the page and the server; the studio stays. */
  closePath(): Promise<void>
}

export interface RigOptions {
  browser: string
  /** Frames per block of the capture. */
  period: number
  /** Manual target of the playout; 0 leaves it to the player. */
  'target-ms': number
  /** More arguments for the browser, separated by spaces. */
  'browser-args': string
}

export const RIG_OPTIONS = {
  browser: { fallback: 'chromium', explain: ENGINES.join(', ') },
  period: { fallback: 128, explain: 'frames per block of the capture' },
  'target-ms': { fallback: 0, explain: 'manual target of the playout; 0: the player chooses' },
  'browser-args': { fallback: '', explain: 'more arguments for the browser' },
} as const

/** Starts everything, calls `use` once the page says it plays, and takes everything down again. */
export async function withRig<T>(options: RigOptions, use: (rig: Rig) => Promise<T>): Promise<T> {
  const engine = engineOf(options)
  const studio = await startStudio()
  try {
    say('starting the server')
    const server = await startBackline({
      studio,
      env: { ...instrumentEnv(), CAPTURE_PERIOD: String(options.period) },
    })
    say('opening the page')
    const opened = await openBrowser({ engine, studio, url: server.url, args: browserArgs(options) })
    await listen(opened, options['target-ms'] > 0 ? { targetMs: options['target-ms'] } : undefined)
    const closePath = async () => {
      await opened.close()
      await server.stop()
    }
    return await use({ ...opened, studio, server, closePath })
  } finally {
    await studio.stop()
  }
}

/** The engine asked for by --browser. */
export function engineOf({ browser }: Pick<RigOptions, 'browser'>): Engine {
  const engine = ENGINES.find((name) => name === browser)
  if (!engine) throw new Error(`--browser ${browser}: there are ${ENGINES.join(', ')}`)
  return engine
}

export function browserArgs(options: RigOptions): string[] {
  return options['browser-args'].split(' ').filter(Boolean)
}
