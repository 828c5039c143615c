// Garbage at the port that speaks TLS: instead of a handshake, as one, and through it.
import { Random } from '../../bench/sim/random.ts'
import { handshakes } from './garbage.ts'
import { playOf } from './play.ts'
import { clientHello, crowd, openRaw, openSecure, openUpgraded, untilClosed } from './raw.ts'
import { type Cause, Scene } from './scene.ts'
import { garbageOnPort, garbageOnSockets, SHORT, unheard } from './strangers.ts'

/** More than may be connected without a word. */
const SILENT = 300

const CAUSES: Record<string, Cause> = {
  'garbage instead of TLS ends its own connection': unheard(({ server: { port } }) =>
    garbageOnPort(openRaw, port, 10, 200, 20),
  ),

  'a handshake that is none, or never ends, ends its own connection': unheard(
    async ({ server: { port } }) => {
      const pieces = handshakes(new Random(11), await clientHello())
      await crowd(pieces.length * 2, 20, async (i) => {
        const socket = await openRaw(port)
        const piece = pieces[i >> 1] as Buffer
        // Once goes away after it, once waits for more.
        if (i % 2 === 0) socket.end(piece)
        else socket.write(piece)
        await untilClosed(socket)
      })
    },
  ),

  'who says nothing is hung up on': unheard(async ({ server: { port } }) => {
    await crowd(SILENT, SILENT, async () => untilClosed(await openRaw(port)))
  }),

  'garbage through TLS ends its own connection': unheard(async ({ server: { port } }) => {
    await garbageOnPort(openSecure, port, 12, 50, 10)
    await garbageOnSockets((path) => openUpgraded(path, port, openSecure))
  }),
}

/** Of a server that is asked over HTTPS. */
export const SECURE_STRANGERS = playOf(() => Scene.open({ secure: true, env: SHORT }), CAUSES)
