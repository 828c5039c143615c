// What goes wrong with one kind of server, one thing after the other.
import type { Cause, Scene } from './scene.ts'

export interface Play {
  /** Of what goes wrong, in the order in which it does. */
  names: readonly string[]
  /** Sets the scene. `round`: from 0, for what is not the same each time. */
  open(round: number): Promise<OpenPlay>
  /** The scene does not stand it twice. */
  once?: boolean
}

export interface OpenPlay {
  scene: Scene
  /** By name. */
  causes: Readonly<Record<string, Cause>>
  /** Nobody listens any more, and nothing is left of server and scene. */
  end(): Promise<void>
}

/** Not the product but what it is tried in has failed: to be tried again. */
export class RigError extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause })
    this.name = 'RigError'
  }
}

/** One whose scene is a server and its listeners, and no more. */
export function playOf(open: () => Promise<Scene>, causes: Readonly<Record<string, Cause>>): Play {
  return {
    names: Object.keys(causes),
    async open() {
      const scene = await open()
      return { scene, causes, end: () => scene.end() }
    },
  }
}
