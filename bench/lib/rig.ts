// The whole path, running: instrument → device → server → browser → speakers.

import { RUNG_NAMES, rungNamed } from '../../src/shared/rungs.ts'
import { ENGINES, type Engine, listen, type OpenBrowser, openBrowser } from '../../test/studio/browser.ts'
import { instrumentEnv } from '../../test/studio/instrument.ts'
import { LINKS, linkNamed } from '../../test/studio/link/conditions.ts'
import { type Link, startLink } from '../../test/studio/link/link.ts'
import { type Backline, startBackline } from '../../test/studio/server.ts'
import { type Studio, startStudio } from '../../test/studio/studio.ts'
import { say } from './bench.ts'

export interface Rig extends OpenBrowser {
  studio: Studio
  server: Backline
  /** The network between server and page; undefined: the loopback. */
  link: Link | undefined
  /** Closes the page, and runs `measure` while another one plays that is not behind the link. */
  withoutLink<T>(measure: () => Promise<T>): Promise<T>
  /** Closes the page and the server; the studio stays. */
  closePath(): Promise<void>
}

export interface RigOptions {
  browser: string
  /** Frames per block of the capture. */
  period: number
  /** Manual target of the playout; 0 leaves it to the player. */
  'target-ms': number
  /** Empty leaves it to the page. */
  profile: string
  /** Empty leaves it to the page. */
  rung: string
  link: string
  /** More arguments for the browser, separated by spaces. */
  'browser-args': string
}

const PROFILES = ['live', 'balanced', 'stable']

export const RIG_OPTIONS = {
  browser: { fallback: 'chromium', explain: ENGINES.join(', ') },
  period: { fallback: 128, explain: 'frames per block of the capture' },
  'target-ms': { fallback: 0, explain: 'manual target of the playout; 0: the player chooses' },
  profile: { fallback: '', explain: `${PROFILES.join(' | ')}; the page's own unless given` },
  rung: { fallback: '', explain: `${RUNG_NAMES.join(' | ')}; the server's choice unless given` },
  link: { fallback: 'none', explain: `network to the page: none | ${Object.keys(LINKS).join(' | ')}` },
  'browser-args': { fallback: '', explain: 'more arguments for the browser' },
} as const

/** Starts everything, calls `use` once the page says it plays, and takes everything down again. */
export async function withRig<T>(options: RigOptions, use: (rig: Rig) => Promise<T>): Promise<T> {
  const engine = engineOf(options)
  const wish = wishOf(options)
  const conditions = options.link === 'none' ? undefined : linkNamed(options.link)
  // The second pair is the control tone's.
  const studio = await startStudio({ speakers: 2 })
  let link: Link | undefined
  try {
    if (conditions) link = await startLink(conditions)
    say('starting the server')
    const server = await startBackline({
      studio,
      env: { ...instrumentEnv(), CAPTURE_PERIOD: String(options.period) },
      ...(link ? { host: link.nearAddress } : {}),
    })
    const open = async (through?: Link) => {
      const browser = { engine, studio, url: server.pageUrl, args: browserArgs(options) }
      const opened = await openBrowser(through ? { ...browser, link: through } : browser)
      await listen(opened, wish)
      return opened
    }
    say('opening the page')
    let opened: OpenBrowser | undefined = await open(link)
    const closePage = async () => {
      await opened?.close()
      opened = undefined
    }
    const closePath = async () => {
      await closePage()
      await server.stop()
    }
    const withoutLink: Rig['withoutLink'] = async (measure) => {
      await closePage()
      opened = await open()
      return await measure()
    }
    return await use({ ...opened, studio, server, link, withoutLink, closePath })
  } finally {
    await studio.stop()
    await link?.stop()
  }
}

/** What the page is asked for besides playing. Throws on a profile or a rung there is not. */
function wishOf(options: RigOptions): { targetMs?: number; profile?: string; rung?: string } | undefined {
  const { profile, rung, 'target-ms': targetMs } = options
  if (rung) rungNamed(rung)
  if (profile && !PROFILES.includes(profile)) {
    throw new Error(`--profile ${profile}: there are ${PROFILES.join(', ')}`)
  }
  if (!profile && !rung && !(targetMs > 0)) return undefined
  return { ...(profile ? { profile } : {}), ...(rung ? { rung } : {}), ...(targetMs > 0 ? { targetMs } : {}) }
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
