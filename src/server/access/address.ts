import { isIPv6 } from 'node:net'

/** Groups of an IPv6 address that name a network; within it one person has as many addresses as they like. */
const NETWORK_GROUPS = 4

/** What limits are counted by: an IPv4 address, or the /64 network of an IPv6 address; '' of who has gone already. Pure. */
export function addressKey(ip: string | undefined): string {
  if (ip === undefined) return ''
  const plain = ip.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  if (!isIPv6(plain)) return plain
  const [before = '', after] = plain.toLowerCase().split('::')
  const head = before === '' ? [] : before.split(':')
  const tail = after === undefined || after === '' ? [] : after.split(':')
  const zeros = after === undefined ? 0 : Math.max(0, 8 - head.length - tail.length)
  const groups = [...head, ...Array<string>(zeros).fill('0'), ...tail]
  const network = groups.slice(0, NETWORK_GROUPS).map((group) => group.replace(/^0+(?=.)/, ''))
  return `${network.join(':')}::/64`
}
