// Real proxies with the examples of deploy/, in which nothing but hosts, ports and files is changed.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { testCertificate } from '../../src/server/tls/fixtures/test-certificate.ts'
import type { Program } from '../studio/process.ts'
import { freePort } from '../studio/server.ts'
import { waitUntil } from '../studio/wait-until.ts'
import type { Stage } from './program.ts'

const DEPLOY = join(import.meta.dirname, '..', '..', 'deploy')

export interface RunningProxy {
  /** `https://localhost:<port>` */
  readonly origin: string
  /** What it says, its own log files included. */
  log(): string
}

export interface ProxyOptions {
  stage: Stage
  /** Of Backline, `host:port`. */
  upstream: string
  /** The example for a sub-path, /backline, instead of that for a host of its own. */
  subPath: boolean
}

/** Starts Caddy, with certificates of its own making. */
export async function startCaddy({ stage, upstream, subPath }: ProxyOptions): Promise<RunningProxy> {
  const port = await freePort()
  const example = read('caddy', subPath ? 'sub-path.Caddyfile' : 'Caddyfile')
  const config = changed(example, [
    ['\n{\n', '\n{\nadmin off\nlocal_certs\nskip_install_trust\nauto_https disable_redirects\n'],
  ])
  const file = join(stage.dir, `Caddyfile-${port}`)
  writeFileSync(file, config)
  const program = stage.start('caddy', ['run', '--adapter', 'caddyfile', '--config', file], {
    env: {
      XDG_DATA_HOME: stage.dir,
      XDG_CONFIG_HOME: stage.dir,
      BACKLINE_SITE: `https://localhost:${port}`,
      BACKLINE_ADDRESS: upstream,
    },
  })
  await untilItServes(program, port)
  return { origin: `https://localhost:${port}`, log: program.log }
}

/** Starts nginx. */
export async function startNginx({ stage, upstream, subPath }: ProxyOptions): Promise<RunningProxy> {
  const port = await freePort()
  const dir = join(stage.dir, `nginx-${port}`)
  mkdirSync(dir)
  const { cert, key } = await testCertificate()
  writeFileSync(join(dir, 'cert.pem'), cert)
  writeFileSync(join(dir, 'key.pem'), key)
  const example = changed(read('nginx', subPath ? 'backline-sub-path.conf' : 'backline.conf'), [
    ['listen 443 ssl', `listen 127.0.0.1:${port} ssl`],
    ['server_name sound.example', 'server_name localhost'],
    ['/etc/ssl/certs/sound.example.pem', join(dir, 'cert.pem')],
    ['/etc/ssl/private/sound.example.key', join(dir, 'key.pem')],
    ['/etc/nginx/snippets/', join(DEPLOY, 'nginx/')],
    ['/var/log/nginx/backline.log', join(dir, 'access.log')],
    ['/var/log/nginx/error.log', join(dir, 'error.log')],
    ['127.0.0.1:8080', upstream],
  ])
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${join(dir, kind)};`,
  )
  const file = join(dir, 'nginx.conf')
  writeFileSync(
    file,
    `daemon off;\nworker_processes 1;\npid ${join(dir, 'pid')};\nerror_log stderr notice;\nevents {}\nhttp {\n${places.join('\n')}\n${example}\n}\n`,
  )
  const program = stage.start('/usr/sbin/nginx', ['-e', 'stderr', '-c', file])
  await untilItServes(program, port)
  const kept = (name: string) => readFileSync(join(dir, name), 'utf8')
  return {
    origin: `https://localhost:${port}`,
    log: () => program.log() + kept('access.log') + kept('error.log'),
  }
}

/** Resolves once a TLS handshake on `port` succeeds; rejects when the program has ended. */
async function untilItServes(program: Program, port: number): Promise<void> {
  await waitUntil('the proxy to serve', async () => !program.alive() || (await shakesHands(port)), 60_000)
  if (!program.alive()) throw new Error(`the proxy ended: ${program.log()}`)
}

function shakesHands(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', rejectUnauthorized: false })
    socket.setTimeout(5000, () => socket.destroy())
    socket.once('secureConnect', () => {
      resolve(true)
      socket.destroy()
    })
    socket.once('error', () => resolve(false))
    socket.once('close', () => resolve(false))
  })
}

function read(...path: string[]): string {
  return readFileSync(join(DEPLOY, ...path), 'utf8')
}

function changed(text: string, changes: readonly (readonly [from: string, to: string])[]): string {
  return changes.reduce((before, [from, to]) => {
    if (!before.includes(from)) throw new Error(`the example has no "${from}" any more`)
    return before.replaceAll(from, to)
  }, text)
}
