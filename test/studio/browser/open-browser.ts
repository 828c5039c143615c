import type { Link } from '../link/link.ts'
import type { Env } from '../process.ts'
import { speakersAt } from '../speakers.ts'
import type { Studio } from '../studio.ts'

export const ENGINES = ['chromium', 'firefox', 'webkit'] as const
export type Engine = (typeof ENGINES)[number]

export interface OpenOptions {
  studio: Studio
  url: string
  /** More arguments for the browser's own command line. */
  args?: readonly string[]
  /** Which of the studio's speakers it plays into, from 1; unless told, the studio's default. */
  speakers?: number
  /** Lets the page use the microphone of its speakers without asking. */
  microphone?: boolean
  /** Runs the browser at the far side of this link; Chromium only. */
  link?: Link
}

/** The environment of a browser that plays where it was told to, else where the studio's programs do. */
export function browserEnv({ studio, speakers }: OpenOptions): Env {
  return speakers === undefined ? studio.env : speakersAt(studio.speakers, speakers).env
}

/** One page in a real browser that plays into the studio's speakers, with what every engine can be asked for. */
export interface OpenBrowser {
  readonly engine: Engine
  /** Presses the button that has this accessible name, as a person does: browsers take it for a gesture. */
  click(name: string): Promise<void>
  /** Runs `ask` in the page, with a copy of `given`, and gives a copy of its answer. `ask` sees nothing of its file. */
  evaluate<Given, Answer>(ask: (given: Given) => Answer, given?: Given): Promise<Awaited<Answer>>
  /**
   * Errors and warnings the page has written to its console, and exceptions nobody caught. WebKit tells only what
   * the page's own thread says once it has loaded.
   */
  complaints(): Promise<string[]>
  /** Ids of the browser's main process and all its helpers at this moment. */
  pids(): Promise<number[]>
  /** The page's JavaScript heap after a collection, 10⁶ bytes, where the engine tells. */
  heapMb?(): Promise<number>
  close(): Promise<void>
}
