import { expect, test } from 'vitest'
import { fakeCapture, fakeListener } from '../../desk/fake-views.ts'
import { isHere, originOf } from './addresses.ts'
import { captureFigures, captureWords } from './capture-words.ts'
import { delayWords, msWords, sinceWords, statusWords } from './listener-words.ts'
import { readRoom } from './room-answer.ts'
import { gainWords, panAloud, panWords } from './strip-words.ts'

test('gains and pans are read with their units', () => {
  expect([-60, -59.9, -6, -0.04, 0, 3].map(gainWords)).toEqual([
    ...['off', '−59.9 dB', '−6.0 dB', '0.0 dB', '0.0 dB', '+3.0 dB'],
  ])
  expect([-1, -0.004, 0, 0.4, 1].map(panWords)).toEqual(['L 100', 'C', 'C', 'R 40', 'R 100'])
  expect([-0.4, 0].map(panAloud)).toEqual(['40 percent left', 'middle'])
})

test('times are as long as they need to be', () => {
  expect([0.4, 999.4, 999.6, 5210].map(msWords)).toEqual(['0 ms', '999 ms', '1.0 s', '5.2 s'])
  expect([59.9, 60, 3599, 3600, 7500].map(sinceWords)).toEqual([
    '59 s',
    '1 min',
    '59 min',
    '1 h 0 min',
    '2 h 5 min',
  ])
})

test('a listener’s delay is what its page says, else what is known of it', () => {
  expect(delayWords({ needMs: 42, targetMs: 12 })).toBe('42 ms')
  expect(delayWords({ needMs: null, targetMs: 12 })).toBe('12 ms buffer')
  expect(delayWords({ needMs: null, targetMs: null })).toBe('–')
})

test.each([
  [{ status: null }, 'Hears it live', 'good'],
  [{ status: 'active' }, 'In step', 'good'],
  [{ status: 'timeout' }, 'Says nothing', 'warn'],
  [{ status: 'degraded', reason: 'Too slow.' }, 'Set aside: Too slow.', 'bad'],
  [{ skipping: true }, 'Its link is full', 'bad'],
] as const)('a listener of %j: %s', (change, words, tone) => {
  expect(statusWords(fakeListener(change))).toEqual({ words, tone })
})

test('the capture says what plays, and what went wrong', () => {
  expect(captureWords(fakeCapture())).toBe('The demo synth plays: 2 channels, 44.1 kHz, 16 bit.')
  expect(captureWords(fakeCapture({ state: 'restarting' }))).toBe('The source is being opened again…')
  expect(captureFigures(fakeCapture({ restarts: 1 }))).toBe('1 restart · 0 overflows · 0 gaps · up 12 s')
  expect(captureFigures(fakeCapture({ child: null }))).toBe('0 restarts')
})

test('what only this computer can open is known, and what somebody types becomes an address', () => {
  expect(['localhost', 'a.localhost', '127.0.0.1', '[::1]'].every(isHere)).toBe(true)
  expect(['studio.example', '192.168.1.5', 'localhost.example'].some(isHere)).toBe(false)
  expect(originOf(' studio.example:8443/x ')).toBe('https://studio.example:8443')
  expect(originOf('http://10.0.0.2')).toBe('http://10.0.0.2')
  expect([originOf(''), originOf('not an address')]).toEqual([undefined, undefined])
})

test('a room that makes no sense is none', () => {
  const transport = { playing: true, backMs: 0, seekableMs: 0, scheduled: { action: 'dance' } }
  const room = {
    transport,
    pauseWhenLow: false,
    together: { delayMs: 90, fixedMs: null },
    steady: {},
  }
  expect(readRoom(room)).toMatchObject({ scheduled: null, fixedDelayMs: null, steadyMs: 0 })
  for (const bad of [{}, { ...room, transport: { ...transport, backMs: 'now' } }, { ...room, transport: 3 }])
    expect(readRoom(bad)).toBeUndefined()
})
