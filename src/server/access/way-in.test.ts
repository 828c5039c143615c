// Who starts the server learns at once how others come in, and where nobody ever could.
import pino from 'pino'
import { expect, test } from 'vitest'
import { testApp } from '../fixtures/test-app.ts'
import { tellWayIn } from './way-in.ts'

async function told(...args: string[]): Promise<string> {
  const lines: string[] = []
  const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) })
  const { app } = await testApp('steady', { args, logger })
  await app.close()
  return lines.join('')
}

test('from this computer there are invites; with a key all is said', async () => {
  expect(await told()).toContain('needs an invite, made on the console here')
  expect(await told('--host=0.0.0.0')).toContain('needs an invite, made on the console here')
  const keyed = await told('--host=10.0.0.5', '--controller-key=open-sesame')
  expect(keyed).not.toMatch(/invite|Nobody/)
})

test('where also this computer needs a key and there is none, nobody can make an invite', async () => {
  const text = await told('--open-on-loopback=false')
  expect(text).toContain('Nobody can make an invite: OPEN_ON_LOOPBACK=false')
  expect(text).toContain('"level":40')
  expect(await told('--open-on-loopback=false', '--controller-key=open-sesame')).not.toContain('"level":40')
})

test('an address that is not localhost, and no key: nobody can come in, and that is a warning', async () => {
  const text = await told('--host=10.0.0.5')
  expect(text).toContain('Nobody can come in: HOST=10.0.0.5')
  expect(text).toContain('"level":40')
})

test('a certificate is of no use to others where only this computer is heard', () => {
  const lines: string[] = []
  const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) })
  const way = { host: '127.0.0.1', openOnLoopback: true, hasKey: true, isLan: false, hasTls: true }
  tellWayIn(logger, way)
  expect(lines.join('')).toContain(
    'HOST=127.0.0.1 is reached from this computer only, whatever the certificate',
  )
  tellWayIn(logger, { ...way, host: '0.0.0.0' })
  expect(lines).toHaveLength(1)
})
