// What limits are counted by. Pure.
import { isIPv6 } from 'node:net'
import { isUniqueLocal } from '../tls/local-names.ts'

/** Groups of an IPv6 address that name a network; within it one person has as many addresses as they like. */
const NETWORK_GROUPS = 4

/** An IPv4 address, or the /64 network of an IPv6 address; '' of who has gone already. */
export function networkKey(ip: string | undefined): string {
  const groups = groupsOf(ip)
  return typeof groups === 'string' ? groups : networkOf(groups)
}

/** The same, but each address by itself in networks that this computer is in. @param isOwn told a network as `networkKey` has it */
export function addressKey(ip: string | undefined, isOwn: (network: string) => boolean): string {
  const groups = groupsOf(ip)
  if (typeof groups === 'string') return groups
  const address = groups.join(':')
  const network = networkOf(groups)
  return isLinkLocal(address) || isUniqueLocal(address) || isOwn(network) ? address : network
}

/** fe80::/10 */
function isLinkLocal(address: string): boolean {
  return /^fe[89ab][\da-f]:/i.test(address)
}

function networkOf(groups: readonly string[]): string {
  return `${groups.slice(0, NETWORK_GROUPS).join(':')}::/64`
}

/** The eight groups of an IPv6 address; anything else as it is. */
function groupsOf(ip = ''): string | string[] {
  const plain = ip.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  if (!isIPv6(plain)) return plain
  const [before = '', after] = plain.toLowerCase().split('::')
  const head = before === '' ? [] : before.split(':')
  const tail = after === undefined || after === '' ? [] : after.split(':')
  const zeros = after === undefined ? 0 : Math.max(0, 8 - head.length - tail.length)
  const groups = [...head, ...Array<string>(zeros).fill('0'), ...tail]
  return groups.map((group) => group.replace(/^0+(?=.)/, ''))
}
