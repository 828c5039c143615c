// What the tests need from the system besides Node: programs, and the Debian packages that have them. Run by
// itself (`tsx test/system-packages.ts`) it exits with 1 when something is missing that it can not install.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { naudiodonLoads } from './studio/instrument.ts'

interface Need {
  /** A program on the PATH, or a file whose path may hold `*`. */
  what: string
  debianPackage: string
}

export const NEEDS: readonly Need[] = [
  { what: 'pipewire', debianPackage: 'pipewire' },
  { what: 'pw-cat', debianPackage: 'pipewire-bin' },
  { what: 'pw-record', debianPackage: 'pipewire-bin' },
  { what: 'pw-link', debianPackage: 'pipewire-bin' },
  { what: 'pw-dump', debianPackage: 'pipewire-bin' },
  { what: 'pipewire-pulse', debianPackage: 'pipewire-pulse' },
  { what: '/usr/lib/*/alsa-lib/libasound_module_pcm_pipewire.so', debianPackage: 'pipewire-alsa' },
  { what: '/usr/share/alsa/alsa.conf', debianPackage: 'libasound2-data' },
  { what: 'wireplumber', debianPackage: 'wireplumber' },
  { what: 'dbus-daemon', debianPackage: 'dbus' },
  { what: 'pactl', debianPackage: 'pulseaudio-utils' },
  { what: 'chromium', debianPackage: 'chromium' },
  { what: 'firefox-esr', debianPackage: 'firefox-esr' },
  { what: 'WebKitWebDriver', debianPackage: 'webkit2gtk-driver' },
  { what: '/usr/lib/*/webkit2gtk-4.1/MiniBrowser', debianPackage: 'libwebkit2gtk-4.1-0' },
  { what: 'Xvfb', debianPackage: 'xvfb' },
  { what: 'arecord', debianPackage: 'alsa-utils' },
  { what: 'fluidsynth', debianPackage: 'fluidsynth' },
  { what: '/usr/share/sounds/sf2/FluidR3_GM.sf2', debianPackage: 'fluid-soundfont-gm' },
  { what: '/usr/sbin/chronyd', debianPackage: 'chrony' },
  { what: '/usr/bin/caddy', debianPackage: 'caddy' },
  { what: '/usr/sbin/nginx', debianPackage: 'nginx' },
  { what: '/usr/bin/script', debianPackage: 'bsdutils' },
  { what: 'flock', debianPackage: 'util-linux' },
  { what: 'nsenter', debianPackage: 'util-linux' },
  { what: 'ip', debianPackage: 'iproute2' },
  { what: 'cc', debianPackage: 'gcc' },
  { what: '/usr/include/stdio.h', debianPackage: 'libc6-dev' },
]

/** What it takes to build naudiodon; asked for only when it is not built. */
const BUILD_NEEDS: readonly Need[] = [
  { what: 'g++', debianPackage: 'g++' },
  { what: 'make', debianPackage: 'make' },
  { what: 'python3', debianPackage: 'python3' },
]

const ROOT = join(import.meta.dirname, '..')

/**
 * True when everything is there, if need be after installing it (Debian and its kin, as root or with a sudo that asks
 * nothing). Otherwise prints what is missing and the command that brings it, and gives false.
 */
export async function ensureSystemPackages(): Promise<boolean> {
  if (!installMissing()) return false
  buildNaudiodon()
  return true
}

function installMissing(): boolean {
  const missing = missingNeeds()
  if (missing.length === 0) return true
  const packages = [...new Set(missing.map(({ debianPackage }) => debianPackage))]
  const install = ['install', '--yes', '--no-install-recommends', ...packages]
  const prefix = isDebian() ? becomeRoot() : undefined
  if (prefix) {
    console.error(`Installing what the tests need (not needed to use Backline): ${packages.join(' ')}`)
    if (apt(prefix, ['update']) && apt(prefix, install) && missingNeeds().length === 0) return true
  }
  console.error('The tests need programs that are not here:')
  for (const { what, debianPackage } of missingNeeds()) console.error(`  ${what} (Debian: ${debianPackage})`)
  console.error(`On Debian: sudo apt-get ${install.join(' ')}`)
  return false
}

/**
 * npm leaves an optional dependency out when it could not be built: with the compiler here, it is asked again. Where
 * it still can not be, the tests hear the instrument through CAPTURE=command, as a user of that machine would.
 */
function buildNaudiodon(): void {
  if (naudiodonLoads()) return
  console.error('building naudiodon')
  spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund'], {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
  })
  if (!naudiodonLoads())
    console.error('naudiodon can not be built here (npm install says why): tests use arecord instead')
}

/** What is not there at this moment. */
export function missingNeeds(): Need[] {
  return [...NEEDS, ...(naudiodonLoads() ? [] : BUILD_NEEDS)].filter(({ what }) =>
    what.startsWith('/') ? !fileExists(what) : !onPath(what),
  )
}

function fileExists(path: string): boolean {
  const [before, after] = path.split('*', 2)
  if (after === undefined) return existsSync(path)
  return (
    existsSync(before ?? '/') &&
    readdirSync(before ?? '/').some((name) => existsSync(`${before}${name}${after}`))
  )
}

function onPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false // not in this folder
    }
  })
}

function isDebian(): boolean {
  return existsSync('/etc/debian_version') && onPath('apt-get')
}

/** What to put before a command that needs root; undefined when there is no way without asking. */
function becomeRoot(): string[] | undefined {
  if (process.getuid?.() === 0) return []
  return spawnSync('sudo', ['--non-interactive', 'true']).status === 0
    ? ['sudo', '--non-interactive']
    : undefined
}

function apt(prefix: readonly string[], args: readonly string[]): boolean {
  const [command = 'apt-get', ...rest] = [
    ...prefix,
    'env',
    'DEBIAN_FRONTEND=noninteractive',
    'apt-get',
    ...args,
  ]
  return spawnSync(command, rest, { stdio: ['ignore', 2, 2] }).status === 0
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.exitCode = (await ensureSystemPackages()) ? 0 : 1
}
