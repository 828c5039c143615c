// The instrument's cable: its node of pipewire.conf, taken out of the graph and put back.
import { graphNodes } from './graph.ts'
import { type Env, run } from './process.ts'
import { waitUntil } from './wait-until.ts'

const NODE = [
  'factory.name=support.null-audio-sink node.name=montage node.description=MONTAGE',
  'media.class=Audio/Sink object.linger=true audio.position=[ FL FR RL RR FC LFE SL SR ]',
  'monitor.channel-volumes=false node.group=studio.clock',
].join(' ')

const montage = async (env: Env) => (await graphNodes(env)).find(({ name }) => name === 'montage')

/** The instrument is gone, as if its cable had been pulled; who plays on it or listens to it is cut off. */
export async function unplugMontage(env: Env): Promise<void> {
  const node = await montage(env)
  if (!node) throw new Error('the instrument is unplugged already')
  await run('pw-cli', ['destroy', String(node.id)], env)
  await waitUntil('the instrument to be gone', async () => (await montage(env)) === undefined)
}

/** The instrument is back; resolves with the time of that, µs of the monotonic clock. */
export async function plugInMontage(env: Env): Promise<number> {
  await run('pw-cli', ['create-node', 'adapter', `{ ${NODE} }`], env)
  const pluggedUs = Number(process.hrtime.bigint()) / 1000
  await waitUntil('the instrument to be back', () => montage(env))
  return pluggedUs
}
