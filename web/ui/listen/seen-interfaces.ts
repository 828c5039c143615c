import type { InputDevice } from '../../../src/shared/wire/console-messages.ts'
import { isRecord } from '../../network/checks.ts'

/** Of so many it is told at most: the list is to be read. */
const MOST = 12

/**
 * The interfaces the computer that captures has seen. undefined: it does not say. Never rejects: what goes wrong leaves out
 * a list, no more. `ask`: fetches /api/capture.
 */
export async function seenInterfaces(ask: () => Promise<Response>): Promise<InputDevice[] | undefined> {
  try {
    const answer = await ask()
    if (!answer.ok) return undefined
    const view: unknown = await answer.json()
    const devices = isRecord(view) ? view['devices'] : undefined
    if (!Array.isArray(devices)) return undefined
    return devices.filter(isDevice).slice(0, MOST)
  } catch {
    return undefined // No server, or one that says something else.
  }
}

function isDevice(device: unknown): device is InputDevice {
  return isRecord(device) && typeof device['name'] === 'string' && typeof device['channels'] === 'number'
}
