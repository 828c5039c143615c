import { expect, test } from 'vitest'
import { programOf, withoutAddresses } from './command-words.ts'

test.each([
  ['arecord -D plughw:MONTAGE -f S16_LE', 'arecord'],
  ['  KEY=geheim /opt/sound/bin/ffmpeg -i "srt://h:9?passphrase=geheim" | sox', 'ffmpeg'],
  ['"C:\\tools\\rec.exe" geheim', 'rec.exe'],
  ['KEY=geheim', 'command'],
  ['PASS="ge heim" ffmpeg -i x', 'ffmpeg'],
  ['(KEY=geheim; ffmpeg -i x)', 'command'],
  ['"C:\\Program Files\\rec.exe" geheim', 'rec.exe'],
])('%s is called %s', (command, name) => {
  expect(programOf(command)).toBe(name)
})

test('addresses a program speaks of are left out', () => {
  expect(withoutAddresses("srt://h:9?passphrase=geheim: refused, see 'http://x/y'")).toBe(
    "(address) refused, see '(address)'",
  )
})
