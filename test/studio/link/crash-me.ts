// Starts a link, says what belongs to it, and waits to be killed.
import { linkNamed } from './conditions.ts'
import { startLink } from './link.ts'

const { relayPid, device } = await startLink(linkNamed('lan'))
console.log(JSON.stringify({ relayPid, device }))
setInterval(() => {}, 60_000) // until it is killed
