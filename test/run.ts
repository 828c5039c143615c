// `npm test`: everything, in the order in which a failure is cheapest to meet. Every step is run even after
// one has failed, nothing is skipped, and the last line counts them all: single tests, and steps as one each.
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ensureSystemPackages } from './system-packages.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const results = fileURLToPath(new URL('../dist/test-results.json', import.meta.url))

let passed = 0
let failed = 0
const failures: string[] = []

function count(ok: boolean, name: string): void {
  if (ok) passed++
  else {
    failed++
    failures.push(name)
  }
}

function run(name: string, command: string, args: string[]): boolean {
  console.log(`\n── ${name}: ${command} ${args.join(' ')}`)
  return (
    spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' }).status ===
    0
  )
}

function step(name: string, command: string, args: string[]): void {
  count(run(name, command, args), name)
}

/** Counts single tests from Vitest's own report; a skipped test, or no report at all, is a failure. */
function tests(): void {
  rmSync(results, { force: true })
  const ok = run('tests', 'npx', [
    'vitest',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${results}`,
  ])
  try {
    const report = JSON.parse(readFileSync(results, 'utf8'))
    passed += report.numPassedTests
    failed += report.numFailedTests
    for (const file of report.testResults)
      if (file.status === 'failed') failures.push(`tests in ${file.name}`)
    if (report.numPendingTests + report.numTodoTests > 0) count(false, 'skipped tests')
    if (!ok && report.numFailedTests === 0) count(false, 'test run')
  } catch {
    count(false, 'tests gave no report')
  }
}

count(await ensureSystemPackages(), 'system packages')
step('lint', 'npx', ['biome', 'ci', '.'])
step('types', 'npx', ['tsc', '-b'])
step('build', 'npm', ['run', '--silent', 'build'])
tests()
for (const bench of [['render'], ['e2e', '--seconds', '10']]) {
  step(`bench ${bench[0]}`, 'npm', ['run', '--silent', 'bench', '--', ...bench])
}

if (failures.length > 0) console.log(`\nFailed:\n${failures.map((name) => `  ${name}`).join('\n')}`)
console.log(`\n${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
