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

/** Exit code of a step; a signal counts as 2. */
function status(name: string, command: string, args: string[]): number {
  console.log(`\n── ${name}: ${command} ${args.join(' ')}`)
  return spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status ?? 2
}

function run(name: string, command: string, args: string[]): boolean {
  return status(name, command, args) === 0
}

function step(name: string, command: string, args: string[]): void {
  count(run(name, command, args), name)
}

interface TestReport {
  status: string
  fullName: string
  /** Of every take, also of one that was followed by a good one. */
  failureMessages: string[]
}

/** Why a test took two takes: else nobody could tell a machine that stood still from a fault that comes and goes. */
function tellFirstTakes(reports: readonly TestReport[]): void {
  for (const { status, fullName, failureMessages } of reports)
    if (status === 'passed')
      for (const message of failureMessages)
        console.log(`\nThe first take of "${fullName}" failed:\n${message}`)
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
    for (const file of report.testResults) {
      if (file.status === 'failed') failures.push(`tests in ${file.name}`)
      tellFirstTakes(file.assertionResults)
    }
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
step('bench render', 'npm', ['run', '--silent', 'bench', '--', 'render'])
step('bench garbage', 'npm', ['run', '--silent', 'bench', '--', 'garbage'])
step('bench playout', 'npm', [
  ...['run', '--silent', 'bench', '--', 'playout'],
  ...['--network', 'lan,wifi-good,wifi-stall', '--seeds', '1'],
])
// Its budgets are for a machine that does nothing else, and this one has just run all the tests: here it must only
// come to an answer (0: within budget, 1: over; 2: it could not be run). A take that the machine tore is taken once more.
const answers = () =>
  status('bench e2e', 'npm', ['run', '--silent', 'bench', '--', 'e2e', '--seconds', '10']) < 2
count(answers() || answers(), 'bench e2e')

if (failures.length > 0) console.log(`\nFailed:\n${failures.map((name) => `  ${name}`).join('\n')}`)
console.log(`\n${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
