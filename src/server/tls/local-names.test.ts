import type { NetworkInterfaceInfo } from 'node:os'
import { expect, test } from 'vitest'
import { localNames } from './local-names.ts'

const at = (address: string, internal = false) => [
  { address, internal, family: address.includes(':') ? 'IPv6' : 'IPv4' } as NetworkInterfaceInfo,
]
const LO = { lo: [...at('127.0.0.1', true), ...at('::1', true)] }

test('people are told the address of the network, not that of a virtual one', () => {
  const docker = at('172.17.0.1')
  const names = (home: Record<string, NetworkInterfaceInfo[]>) =>
    localNames({ ...LO, docker0: docker, virbr0: at('192.168.122.1'), ...home }, 'studio', '0.0.0.0')
  expect(names({ wlan0: at('10.1.2.3') }).best).toBe('10.1.2.3')
  expect(names({ eth0: at('169.254.7.7'), wlan0: at('192.168.1.20') }).best).toBe('192.168.1.20')
  expect(names({ eth0: at('169.254.7.7') }).best).toBe('169.254.7.7')
  expect(names({}).best).toBe('192.168.122.1')
})

test('without such an address they are told the name', () => {
  expect(localNames(LO, 'Studio.example', '0.0.0.0').best).toBe('studio.local')
  expect(localNames(LO, 'not a name', '0.0.0.0').best).toBe('localhost')
})

test('a public address counts where there is no private one', () => {
  expect(localNames({ ...LO, eth0: at('203.0.113.5') }, 'studio', '0.0.0.0')).toMatchObject({
    best: '203.0.113.5',
    addresses: ['127.0.0.1', '::1', '203.0.113.5'],
  })
})

test('where an address or a name was chosen to listen on, it is that', () => {
  expect(localNames({ ...LO, eth0: at('10.1.2.3') }, 'studio', '198.18.0.1')).toMatchObject({
    best: '198.18.0.1',
    addresses: ['127.0.0.1', '::1', '10.1.2.3', '198.18.0.1'],
  })
  expect(localNames(LO, 'studio', 'sound.lan')).toMatchObject({
    best: 'sound.lan',
    hosts: ['localhost', 'studio', 'studio.local', 'sound.lan'],
  })
})

test('a certificate is for all private addresses and names, once each, and no public one', () => {
  const interfaces = {
    ...LO,
    eth0: [...at('10.1.2.3'), ...at('203.0.113.5'), ...at('fd12::3'), ...at('2001:db8::1'), ...at('fe80::1')],
    eth0again: at('10.1.2.3'),
  }
  expect(localNames(interfaces, 'Studio', '0.0.0.0')).toEqual({
    best: '10.1.2.3',
    hosts: ['localhost', 'studio', 'studio.local'],
    addresses: ['127.0.0.1', '::1', '10.1.2.3', 'fd12::3'],
  })
})
