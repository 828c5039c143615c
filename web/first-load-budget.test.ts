// Which files count, and that a build which outgrows the budget would be seen.
import { expect, test } from 'vitest'
import { firstLoad, firstLoadBudget } from './first-load-budget.ts'

const chunk = (fileName: string, change: object = {}) => ({
  [fileName]: { type: 'chunk' as const, fileName, code: fileName, isEntry: false, imports: [], ...change },
})
const asset = (fileName: string, source = fileName) => ({
  [fileName]: { type: 'asset' as const, fileName, source },
})
const LISTEN = { ...asset('assets/socket.worker-1.js'), ...asset('assets/audio-processor-1.js') }

test('what the entry imports counts with its styles, what is loaded later does not', () => {
  const bundle = {
    ...asset('index.html'),
    ...chunk('assets/index.js', {
      isEntry: true,
      imports: ['assets/shared.js'],
      viteMetadata: { importedCss: new Set(['assets/index.css']) },
    }),
    ...chunk('assets/shared.js', { imports: ['assets/index.js'] }),
    ...asset('assets/index.css'),
    ...chunk('assets/console-page.js', { imports: ['assets/index.js'] }),
    ...asset('assets/opus-decoder-1.js'),
    ...LISTEN,
  }
  expect(firstLoad(bundle).map(({ fileName }) => fileName)).toEqual([
    'assets/index.js',
    'assets/index.css',
    'assets/shared.js',
    'assets/socket.worker-1.js',
    'assets/audio-processor-1.js',
    'index.html',
  ])
})

test('a build without a worker was not understood', () => {
  expect(() => firstLoad(chunk('assets/index.js', { isEntry: true }))).toThrow('one network worker')
})

test.each([
  [1000, false],
  [60_000, true],
])('%i numbers nobody can compress fail the build: %s', (count, fails) => {
  // Six letters each, five bits a letter at best.
  let seed = 1
  const code = Array.from({ length: count }, () => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed.toString(36)
  }).join('')
  const plugin = firstLoadBudget()
  const errors: string[] = []
  const write = plugin.writeBundle as (this: object, options: object, bundle: object) => void
  const context = { error: (text: string) => void errors.push(text) }
  write.call(context, {}, { ...chunk('assets/index.js', { isEntry: true, code }), ...LISTEN })
  expect(errors.length > 0).toBe(fails)
})
