// As much of a Containerfile as ours needs.
import { readFileSync } from 'node:fs'

export interface Instruction {
  /** FROM, RUN, … */
  word: string
  rest: string
}

/** Its stages, each from its FROM on. */
export function readStages(path: string): Instruction[][] {
  const text = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .replace(/\\\n/g, ' ')
  const stages: Instruction[][] = []
  for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
    const [word = '', ...rest] = line.trim().split(/\s+/)
    if (word === 'FROM') stages.push([])
    stages.at(-1)?.push({ word, rest: rest.join(' ') })
  }
  return stages
}

export interface Copy {
  /** A stage's name; undefined: the project's folder. */
  from: string | undefined
  sources: string[]
  target: string
}

export function copiesOf(stage: readonly Instruction[]): Copy[] {
  return stage
    .filter(({ word }) => word === 'COPY')
    .map(({ rest }) => {
      const parts = rest.split(' ')
      const from = /^--from=(.+)$/.exec(parts[0] ?? '')?.[1]
      const paths = from === undefined ? parts : parts.slice(1)
      return { from, sources: paths.slice(0, -1), target: paths.at(-1) as string }
    })
}

/** What the last instruction of this name says, in its JSON form. */
export function commandOf(stage: readonly Instruction[], word: string): string[] {
  const { rest } = stage.findLast((each) => each.word === word) ?? { rest: '[]' }
  return JSON.parse(rest.slice(rest.indexOf('[')))
}
