// A wall clock of its own for a program that is started with `env`.
import { spawnSync } from 'node:child_process'
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Env } from '../studio/process.ts'

const SOURCE = join(import.meta.dirname, 'wall-clock.c')

export class WallClock {
  readonly env: Env
  readonly #path: string

  /** Compiles into `folder`. Throws where there is no C compiler. */
  constructor(folder: string) {
    const library = join(folder, 'wall-clock.so')
    this.#path = join(folder, 'wall-clock')
    const compiler = process.env['CC'] ?? 'cc'
    const built = spawnSync(
      compiler,
      ['-O2', '-Wall', '-Wextra', '-shared', '-fPIC', '-o', library, SOURCE],
      {
        encoding: 'utf8',
      },
    )
    if (built.status !== 0)
      throw new Error(`the clock does not compile: ${built.stderr}`, { cause: built.error })
    closeSync(openSync(this.#path, 'w'))
    this.set(0)
    this.env = { LD_PRELOAD: library, CHAOS_CLOCK: this.#path }
  }

  /** From now on the program's clock is so many whole seconds ahead of the machine's. */
  set(aheadS: number): void {
    const file = openSync(this.#path, 'r+')
    writeSync(file, new Uint8Array(Float64Array.of(aheadS).buffer), 0, 8, 0)
    closeSync(file)
  }
}
