import { Writable } from 'node:stream'
import pino from 'pino'
import { expect, test } from 'vitest'
import { logOptions } from '../logger.ts'
import { withoutKeys } from './without-keys.ts'

const SIGNED = 'eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoibGlzdGVuZXIifQ.c2lnbmF0dXJl'

test.each([
  ['GET /ws/audio?key=open-sesame&mode=live', 'GET /ws/audio?key=…&mode=live'],
  ['opens /s/abc?role=controller&KEY=open-sesame', 'opens /s/abc?role=controller&KEY=…'],
  [`https://a.example/?invite=${SIGNED}#top`, 'https://a.example/?invite=…#top'],
  ['{"url":"/?key=open-sesame"}', '{"url":"/?key=…"}'],
  ['authorization: Bearer open-sesame, other', 'authorization: Bearer …, other'],
  [`it said ${SIGNED}.`, 'it said ….'],
  ['the key of the door: /?monkey=banana', 'the key of the door: /?monkey=banana'],
])('%s', (line, clean) => {
  expect(withoutKeys(line)).toBe(clean)
})

test('whatever is logged, with a key in whatever place, the line has none', () => {
  let text = ''
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += chunk
      done()
    },
  })
  const log = pino(logOptions('trace'), stream)
  const error = new Error(`no session at /?key=open-sesame, Bearer open-sesame`)
  log.error(error)
  log.warn({ err: error, headers: { authorization: 'open-sesame', cookie: 'open-sesame' } }, 'refused')
  log.info({ key: 'open-sesame', req: { headers: { authorization: 'open-sesame' } } })
  log
    .child({ token: SIGNED, part: 'access' })
    .debug({ url: `/?invite=${SIGNED}`, a: { invite: 'open-sesame' } })
  expect(text.trim().split('\n')).toHaveLength(4)
  for (const line of text.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow()
  expect(text).not.toContain('open-sesame')
  expect(text).not.toContain('eyJ')
  expect(text).toContain('"part":"access"')
})
