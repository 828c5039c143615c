// By which names and addresses others on the same network reach this computer. Pure.
import { isIP } from 'node:net'
import type { Interfaces } from '../interfaces.ts'

export interface LocalNames {
  /** What to tell people: the IPv4 address that is most likely the network's, private if there is one, else a name. */
  readonly best: string
  /** All a certificate is to be good for. */
  readonly hosts: readonly string[]
  readonly addresses: readonly string[]
}

/** Virtual networks of this computer itself: nobody's phone is in them. */
const VIRTUAL = /^(docker|br-|veth|virbr|vmnet|vboxnet|lxc|cni|podman|bridge\d)/
/** Listening on these is listening on all addresses. */
export const ANY: readonly string[] = ['0.0.0.0', '::']
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i

/** `hostname` as the system has it; a name that is none in a network is left out. `host` is what the server listens on. */
export function localNames(interfaces: Interfaces, hostname: string, host: string): LocalNames {
  const all = Object.entries(interfaces).flatMap(([device, list]) =>
    (list ?? []).filter(({ internal }) => !internal).map(({ address }) => ({ device, address })),
  )
  const isPrivate = (address: string) => kindOf(address) < KINDS.length || isUniqueLocal(address)
  const ranked = all.filter(({ address }) => isIP(address) === 4).sort((a, b) => rank(a) - rank(b))
  // Some networks give public addresses even to phones: where there is no private one, that one counts.
  const first = ranked[0]?.address
  const reachable = all.filter(({ address }) => isPrivate(address) || address === first)
  const label = hostname.split('.')[0]?.toLowerCase() ?? ''
  const names = LABEL.test(label) && label !== 'localhost' ? [label, `${label}.local`] : []
  const chosen = ANY.includes(host) ? undefined : host
  const isName = chosen !== undefined && isIP(chosen) === 0
  return {
    best: chosen ?? first ?? names.at(-1) ?? 'localhost',
    hosts: [...new Set(['localhost', ...names, ...(isName ? [chosen] : [])])],
    addresses: [
      ...new Set([
        '127.0.0.1',
        '::1',
        ...reachable.map(({ address }) => address),
        ...(chosen === undefined || isName ? [] : [chosen]),
      ]),
    ],
  }
}

/** fc00::/7: IPv6 addresses that a network has given itself. */
export function isUniqueLocal(address: string): boolean {
  return /^f[cd][\da-f]{2}:/i.test(address)
}

/** Private IPv4 ranges, those of homes first, those a computer gives itself last. */
const KINDS = [
  /^192\.168\./,
  /^10\./,
  /^172\.(1[6-9]|2\d|3[01])\./,
  /^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./,
  /^169\.254\./,
]

function kindOf(address: string): number {
  const kind = KINDS.findIndex((range) => range.test(address))
  return kind < 0 ? KINDS.length : kind
}

function rank({ device, address }: { device: string; address: string }): number {
  return kindOf(address) + (VIRTUAL.test(device) ? KINDS.length + 1 : 0)
}
