import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Env, type Program, startProgram } from '../studio/process.ts'

/** Programs that need no studio, in a folder of their own; all end together. */
export interface Stage {
  readonly dir: string
  start(command: string, args: readonly string[], options?: { env?: Env }): Program
  stop(): Promise<void>
}

export function openStage(): Stage {
  const dir = mkdtempSync(join(tmpdir(), 'backline-stage-'))
  const programs: Program[] = []
  return {
    dir,
    start(command, args, { env = {} } = {}) {
      const program = startProgram(command, args, { env: { ...inherited(), ...env }, cwd: dir })
      programs.push(program)
      return program
    },
    async stop() {
      // The last one first: a proxy before what it leads to.
      for (const program of programs.reverse()) await program.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** Without what the tests' own runner and a user's Backline are told. */
function inherited(): Env {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !/^(VITEST|NODE_ENV$)/.test(entry[0]),
    ),
  )
}
