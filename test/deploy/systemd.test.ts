import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { EXIT } from '../../src/server/exit-codes.ts'
import { testFolder } from '../../src/server/fixtures/test-folder.ts'
import { ROOT } from './image.ts'

const text = readFileSync(join(ROOT, 'deploy/systemd/backline.service'), 'utf8')

/** `Section.Name` → value; a name that stands there twice would be two values. */
const unit = new Map<string, string>()
let section = ''
for (const line of text.split('\n')) {
  if (line === '' || line.startsWith('#')) continue
  const head = /^\[(\w+)\]$/.exec(line)?.[1]
  if (head !== undefined) section = head
  else {
    const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? []
    const key = `${section}.${name}`
    if (name === undefined || unit.has(key)) throw new Error(`bad line in the unit: ${line}`)
    unit.set(key, value as string)
  }
}
const service = (name: string) => unit.get(`Service.${name}`)

test('the service runs what the build makes, as nobody in particular, and writes only its own folder', () => {
  expect(service('ExecStart')).toBe('/usr/bin/node dist/app/server/main.js')
  expect(readFileSync(join(ROOT, 'src/server/rolldown.config.mjs'), 'utf8')).toContain("'server/main'")
  expect(Object.fromEntries(unit)).toMatchObject({
    'Service.DynamicUser': 'yes',
    'Service.ProtectSystem': 'strict',
    'Service.ProtectHome': 'yes',
    'Service.NoNewPrivileges': 'yes',
    'Service.StateDirectory': 'backline',
    'Service.Environment': 'DATA_DIR=%S/backline',
    'Service.DeviceAllow': 'char-alsa rw',
    'Service.SupplementaryGroups': 'audio',
  })
})

test('it may go first, and has no other right of root', () => {
  expect(service('AmbientCapabilities')).toBe('CAP_SYS_NICE')
  expect(service('CapabilityBoundingSet')).toBe('CAP_SYS_NICE')
  expect(Number(service('LimitRTPRIO'))).toBeGreaterThan(0)
  // JavaScript is compiled while it runs.
  expect(service('MemoryDenyWriteExecute')).toBeUndefined()
  // Which addresses this computer has is asked through netlink.
  expect(service('RestrictAddressFamilies')).toContain('AF_NETLINK')
})

test('it is started again when it fails, not when its settings are wrong, and has the time it takes to close', () => {
  expect(service('Restart')).toBe('on-failure')
  expect(service('RestartPreventExitStatus')).toBe(String(EXIT.badSettings))
  expect(unit.get('Unit.StartLimitIntervalSec')).toBe('0')
  expect(service('KillMode')).toBe('mixed')
  const graceMs = Number(/delay: (\d+)/.exec(readFileSync(join(ROOT, 'src/server/main.ts'), 'utf8'))?.[1])
  expect(Number(service('TimeoutStopSec')) * 1000).toBeGreaterThan(graceMs)
})

test('systemd has nothing to say against it, where there is a systemd to ask', () => {
  const folder = testFolder()
  const path = join(folder, 'backline.service')
  // It looks for the program, which may lie elsewhere here.
  writeFileSync(path, text.replace('/usr/bin/node', process.execPath))
  const analyze = ['/usr/bin/systemd-analyze', '/bin/systemd-analyze'].find((file) => existsSync(file))
  if (analyze === undefined) return expect(unit.size).toBeGreaterThan(20)
  const { status, stderr } = spawnSync(analyze, ['verify', path], { encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(status).toBe(0)
})
