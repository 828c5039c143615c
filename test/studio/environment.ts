import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Env } from './process.ts'

const HERE = import.meta.dirname

/** Session managers of both generations are told to leave real hardware alone. */
const NO_HARDWARE = {
  'main.lua.d/51-no-hardware.lua': 'alsa_monitor.enabled = false\nv4l2_monitor.enabled = false\n',
  'bluetooth.lua.d/51-no-hardware.lua': 'bluez_monitor.enabled = false\n',
  'wireplumber.conf.d/51-no-hardware.conf':
    'wireplumber.profiles = { main = { hardware.audio = disabled hardware.bluetooth = disabled hardware.video-capture = disabled } }\n',
}

/**
 * The environment of every program that lives in the studio, and of nothing else: private sockets and
 * state under `dir`, the speakers as the default output, MONTAGE as an ALSA device, and the mark by which the
 * watcher finds what belongs to it.
 */
export function studioEnv(dir: string): Env {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined &&
      !/^(PULSE_|PIPEWIRE_|ALSA_|DBUS_|DISPLAY$|WAYLAND_|XDG_|NODE_OPTIONS$|VITEST)/.test(entry[0]),
  )
  return {
    ...Object.fromEntries(inherited),
    BACKLINE_STUDIO: dir,
    XDG_RUNTIME_DIR: dir,
    XDG_CONFIG_HOME: join(dir, 'config'),
    XDG_STATE_HOME: join(dir, 'state'),
    XDG_CACHE_HOME: join(dir, 'cache'),
    DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(dir, 'bus')}`,
    PULSE_SERVER: `unix:${join(dir, 'pulse', 'native')}`,
    PULSE_COOKIE: join(dir, 'pulse-cookie'),
    PULSE_SINK: 'speakers',
    PULSE_SOURCE: 'mic',
    // MONTAGE is a sink to PipeWire: an ALSA program that captures from it wants the monitor.
    PIPEWIRE_ALSA: '{ stream.capture.sink=true }',
    ALSA_CONFIG_PATH: join(HERE, 'alsa.conf'),
  }
}

/** Writes what the studio's programs read from their private configuration folder. */
export function writeStudioConfig(dir: string): void {
  for (const [name, text] of Object.entries(NO_HARDWARE)) {
    const path = join(dir, 'config', 'wireplumber', name)
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, text)
  }
  for (const name of ['state', 'cache']) mkdirSync(join(dir, name))
}
