import { type Env, run } from './process.ts'
import { waitUntil } from './wait-until.ts'

export interface GraphNode {
  id: number
  name: string
  mediaClass: string
  /** Process id of the client, when the node says so. */
  pid?: number
}

interface Dumped {
  id: number
  type: string
  info?: { props?: Record<string, unknown> }
}

/** Every node of the graph. */
export async function graphNodes(env: Env): Promise<GraphNode[]> {
  const dump = JSON.parse(await run('pw-dump', ['-N'], env)) as Dumped[]
  return dump
    .filter((object) => object.type === 'PipeWire:Interface:Node')
    .map(({ id, info }) => {
      const pid = Number(info?.props?.['application.process.id'])
      return {
        id,
        name: String(info?.props?.['node.name'] ?? ''),
        mediaClass: String(info?.props?.['media.class'] ?? ''),
        ...(Number.isFinite(pid) ? { pid } : {}),
      }
    })
}

/** Every link, as `[output port, input port]` names. */
export async function graphLinks(env: Env): Promise<[output: string, input: string][]> {
  const links: [string, string][] = []
  let port = ''
  for (const line of (await run('pw-link', ['-l'], env)).split('\n')) {
    const arrow = /^\s+\|->\s+(.*)$/.exec(line)
    if (arrow) links.push([port, arrow[1] ?? ''])
    else if (/^\S/.test(line)) port = line.trim()
  }
  return links
}

/** Links an output port to an input port as soon as both exist; linking twice is no error. */
export async function link(env: Env, output: string, input: string): Promise<void> {
  await waitUntil(`the link ${output} → ${input}`, async () => {
    await run('pw-link', [output, input], env).catch((error: unknown) => {
      if (!/exists/i.test(String(error))) throw error
    })
    return (await graphLinks(env)).some(([from, to]) => from === output && to === input)
  })
}
