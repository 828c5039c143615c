// What a run writes into the log is what docs/operations.md says it does.
import { once } from 'node:events'
import { Writable } from 'node:stream'
import pino from 'pino'
import { expect, test } from 'vitest'
import { codeIn, rowsUnder } from '../fixtures/operations.ts'
import { TestListener, testApp } from '../fixtures/test-app.ts'
import { logOptions } from '../logger.ts'

interface Line {
  level: number
  part?: string
  msg: string
  [field: string]: unknown
}

const LEVELS: Record<number, string> = pino.levels.labels

/** An app whose log is kept. */
async function logged(fixture: string, args: string[] = []) {
  const lines: Line[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      for (const line of String(chunk).trim().split('\n')) lines.push(JSON.parse(line))
      done()
    },
  })
  const running = await testApp(fixture, { args, logger: pino(logOptions('info'), stream) })
  return { ...running, lines }
}

const DOCUMENTED = rowsUnder('The log')

/** Is there a row with its part, its level, its fields, and its message, if that is told word by word? */
function isDocumented(line: Line): boolean {
  const [level, part = '', message, fields] = seen(line)
  // Tests do not listen by main.ts, which says it in other words.
  if (message.startsWith('Server listening at')) return true
  return DOCUMENTED.some(([itsPart, itsLevel, messages, itsFields = '']) => {
    const [told] = codeIn(messages)
    const isIt = told === undefined || codeIn(messages).some((one) => isLike(message, one))
    const hasThem = itsFields === '' ? fields === '' : codeIn(itsFields).includes(fields)
    return isIt && hasThem && (codeIn(itsPart)[0] ?? '') === part && itsLevel === level
  })
}

/** "…" stands for anything. */
function isLike(message: string, words: string): boolean {
  const parts = words.split('…').map((part) => part.trim().replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`).test(message)
}

/** Level, part and message, and the names of the fields, as the documentation has them. */
const seen = ({ level, part, msg, time: _time, ...fields }: Line) =>
  [LEVELS[level], part, msg, Object.keys(fields).join(' ')] as const

test('a listener that comes, is cut off and comes again, and a child that dies: a line each', async () => {
  const { app, port, lines } = await logged('steady')
  const first = new TestListener(port, { query: '?mode=together' })
  await first.until(() => first.packets.length > 20)
  const gone = first.closed()
  first.socket.terminate()
  await gone
  while (app.session.listeners > 0) await once(app.capture, 'levels')
  const second = new TestListener(port)
  await second.until(() => second.packets.length > 0)
  process.kill(app.capture.pid as number, 'SIGKILL')
  await second.until(() => second.told('audio_config').length > 1)
  await app.close()

  expect(lines.filter((line) => !isDocumented(line))).toEqual([])
  const told = lines.map(seen)
  const came = ['info', 'listeners', 'a listener came', 'listener session mode role rung wish address']
  const left = 'listener session reason code seconds rung packets bytes skipped switches'
  expect(told.filter(([, part]) => part === 'listeners')).toEqual([
    came,
    ['warn', 'listeners', 'a listener was lost', left],
    came,
    ['info', 'listeners', 'a listener left', left],
  ])
  expect(lines.filter(({ part }) => part === 'listeners')).toMatchObject([
    { listener: 1, session: 'main', mode: 'together', role: 'listener', address: '127.0.0.1' },
    { listener: 1, reason: 'lost', rung: 'pcm16' },
    { listener: 2, mode: 'live' },
    { listener: 2, reason: 'restarting' },
  ])
  const [, lost] = lines.filter(({ part }) => part === 'listeners')
  expect(lost?.['packets']).toBeGreaterThan(20)
  expect(lost?.['seconds']).toBeGreaterThan(0)
  const plays = ['info', 'capture', 'plays fixture', 'input channels rateHz streamId']
  expect(told.filter(([, part]) => part === 'capture')).toEqual([
    plays,
    ['error', 'capture', 'The capture process ended (SIGKILL).', 'delayMs restarts'],
    plays,
    ['info', 'capture', 'The instrument has been released.', ''],
  ])
})

test('however often somebody is refused, there is a line for each reason and how often, and no key', async () => {
  const { app, url, port, lines } = await logged('steady', ['--max-listeners=1'])
  const elsewhere = { headers: { 'x-forwarded-for': '203.0.113.9', authorization: 'Bearer not-the-key-1' } }
  for (let i = 0; i < 5; i++) {
    const reply = await fetch(`${url}/api/listeners?key=not-the-key-2`, elsewhere)
    expect(reply.status).toBe(401)
    await reply.text()
  }
  const one = new TestListener(port)
  await one.until(() => one.packets.length > 0)
  for (let i = 0; i < 3; i++) await new TestListener(port).closed()
  await app.close()

  expect(lines.filter((line) => !isDocumented(line))).toEqual([])
  const refused = lines.filter(({ part }) => part === 'access')
  const count = (reason: string) =>
    refused.reduce((sum, line) => (line['reason'] === reason ? sum + Number(line['count']) : sum), 0)
  expect([count('bad-key'), count('server-full')]).toEqual([5, 3])
  expect(refused.find(({ reason }) => reason === 'bad-key')).toMatchObject({ address: '203.0.113.9' })
  expect(JSON.stringify(lines)).not.toContain('not-the-key')
  // Who was not taken in neither came nor left.
  expect(lines.filter(({ part }) => part === 'listeners')).toHaveLength(2)
})
