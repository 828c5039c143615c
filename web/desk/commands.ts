// Thread: page. What a console asks of its server; the key of the page's address goes along.
import type { CaptureKind } from '../../src/shared/capture-messages.ts'
import type { StripChange } from '../../src/shared/mix-strips.ts'
import type { RungName } from '../../src/shared/rungs.ts'
import type { CaptureView, MixView } from '../../src/shared/wire/console-messages.ts'
import { ROLES, type Role } from '../../src/shared/wire/room-messages.ts'
import { isRecord } from '../network/checks.ts'
import { roomAddress } from '../player/address/room-address.ts'
import { ask } from './ask.ts'
import { isCaptureView, isMixView } from './console-message.ts'

export interface CaptureWish {
  wanted?: boolean
  capture?: CaptureKind
  device?: string
}

/** Each rejects with a DeskError and nothing else. */
export const desk = {
  setStrips: (changes: StripChange[]): Promise<MixView> =>
    ask('PUT', '/api/mix', isMixView, { strips: changes }),
  /** What is set now, under this name. */
  savePreset: (name: string): Promise<MixView> => ask('PUT', preset(name), isMixView),
  loadPreset: (name: string): Promise<MixView> => ask('POST', `${preset(name)}/load`, isMixView),
  deletePreset: (name: string): Promise<MixView> => ask('DELETE', preset(name), isMixView),
  controlCapture: (wish: CaptureWish): Promise<CaptureView> =>
    ask('PUT', '/api/capture', isCaptureView, wish),
  /** Takes a second or two, and longer where a driver hangs. */
  lookForDevices: (): Promise<CaptureView> =>
    ask('POST', '/api/capture/devices', isCaptureView, undefined, DEVICES_MS),
  async setQuality(listener: number, rung: RungName | 'auto'): Promise<void> {
    await ask('PUT', `/api/listeners/${listener}/quality`, isRecord, { rung })
  },
  invite(role: Role): Promise<MadeInvite> {
    const { session } = roomAddress(location)
    return ask('POST', '/api/invites', isMadeInvite, { role, session })
  },
  /** Of this room, the newest first; without their links, which nobody is told twice. */
  async invites(): Promise<WorkingInvite[]> {
    const { session } = roomAddress(location)
    const { invites } = await ask('GET', '/api/invites', isInviteList)
    return invites.filter((invite) => invite.session === session)
  },
  /** It is worth nothing from now on, and who came by it is shown out. */
  async takeBack(id: string): Promise<void> {
    await ask('DELETE', `/api/invites/${encodeURIComponent(id)}`, isRecord)
  },
}

export interface WorkingInvite {
  id: string
  role: Role
  session: string
  /** ISO 8601. */
  expiresAt: string
}

export interface MadeInvite {
  id: string
  /** Of a page for others, who may do there what the role may; below that of this host. */
  url: string
  /** The host for others on this network, where the server knows it. */
  origin?: string
}

function isMadeInvite(value: unknown): value is MadeInvite {
  if (!isRecord(value)) return false
  const { id, url, origin } = value
  return (
    typeof id === 'string' && typeof url === 'string' && (origin === undefined || typeof origin === 'string')
  )
}

function isInviteList(value: unknown): value is { invites: WorkingInvite[] } {
  return isRecord(value) && Array.isArray(value['invites']) && value['invites'].every(isWorkingInvite)
}

function isWorkingInvite(value: unknown): value is WorkingInvite {
  if (!isRecord(value)) return false
  const { id, role, session, expiresAt } = value
  return (
    typeof id === 'string' &&
    ROLES.some((known) => known === role) &&
    typeof session === 'string' &&
    typeof expiresAt === 'string' &&
    Number.isFinite(Date.parse(expiresAt))
  )
}

function preset(name: string): string {
  return `/api/mix/presets/${encodeURIComponent(name)}`
}

/** The server itself gives up after 10 s. */
const DEVICES_MS = 12_000
