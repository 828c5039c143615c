// Where listeners sit in the studio: each hears a pair of speakers of their own, in the one graph.
import { graphNodes, link } from './graph.ts'
import { type Env, run } from './process.ts'
import { waitUntil } from './wait-until.ts'

/** One listener's speakers, and the microphone in front of them. */
export interface Speakers {
  /** Name of their node: left and right are recorded from `${name}:monitor_FL` and `_FR`. */
  readonly name: string
  /** Name of the microphone's node. It hears nothing until something is linked to it. */
  readonly microphone: string
  /** For a browser that plays and listens here. */
  readonly env: Env
}

/** The pairs 1 to `count`. The first is what every program of the studio uses unless told otherwise. */
export function speakersOf(env: Env, count: number): Speakers[] {
  return Array.from({ length: count }, (_, i) => {
    const suffix = i === 0 ? '' : `-${i + 1}`
    const [name, microphone] = [`speakers${suffix}`, `mic${suffix}`]
    return { name, microphone, env: { ...env, PULSE_SINK: name, PULSE_SOURCE: microphone } }
  })
}

/** The pair at `place`, from 1. Throws where the studio has none. */
export function speakersAt(speakers: readonly Speakers[], place: number): Speakers {
  const pair = speakers[place - 1]
  if (!pair) throw new Error(`there are no speakers ${place}: the studio has ${speakers.length}`)
  return pair
}

/** Adds a pair and its microphone to the graph, driven by the studio's clock as the first one is. */
export async function addSpeakers(env: Env, { name, microphone }: Speakers): Promise<void> {
  await addNode(env, name, 'Audio/Sink')
  await addNode(env, microphone, 'Audio/Source/Virtual')
  await waitUntil(`the nodes ${name} and ${microphone}`, async () => {
    const names = (await graphNodes(env)).map((node) => node.name)
    return names.includes(name) && names.includes(microphone)
  })
}

/** Puts the microphone in front of its speakers, so that a page hears what it plays. */
export async function hearOwnSpeakers(env: Env, { name, microphone }: Speakers): Promise<void> {
  for (const side of ['FL', 'FR']) await link(env, `${name}:monitor_${side}`, `${microphone}:input_${side}`)
}

/** As the nodes of pipewire.conf; it stays when the program that asked for it ends. */
async function addNode(env: Env, name: string, mediaClass: string): Promise<void> {
  const properties = [
    `factory.name=support.null-audio-sink node.name=${name} node.description=${name}`,
    `media.class=${mediaClass} object.linger=true audio.position=[ FL FR ] node.group=studio.clock`,
  ]
  await run('pw-cli', ['create-node', 'adapter', `{ ${properties.join(' ')} }`], env)
}
