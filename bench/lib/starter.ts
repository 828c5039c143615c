import { type Env, type Program, startProgram } from '../../test/studio/process.ts'
import type { startBackline } from '../../test/studio/server.ts'

/** In a studio's place, where nothing is played: what it starts is added to `programs`, to be ended by the bench. */
export function starter(programs: Program[]): Parameters<typeof startBackline>[0]['studio'] {
  return {
    start(command, args, { env } = {}) {
      const own = Object.fromEntries(
        Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
      ) satisfies Env
      const program = startProgram(command, args, { env: { ...own, ...env } })
      programs.push(program)
      return program
    },
  }
}
