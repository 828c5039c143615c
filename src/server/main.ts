// Process entry: reads the settings, listens, closes with grace. The shutdown order is in README.md.
import { setPriority } from 'node:os'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import closeWithGrace from 'close-with-grace'
import { buildApp } from './app.ts'
import { type Config, ConfigError, readConfig, wantsHelp } from './config.ts'
import { tellCongestion } from './congestion.ts'
import { EXIT } from './exit-codes.ts'
import { listenFailure, pageUrl } from './listening.ts'
import { createLogger } from './logger.ts'
import { tellPriority } from './priority.ts'
import { projectRoot, projectVersion } from './project.ts'
import { helpText } from './settings.ts'
import { openHttps } from './tls/open-https.ts'
import { TlsError } from './tls/tls-error.ts'

/** Nice value: behind the capture child, ahead of ordinary programs. */
const PRIORITY = -10
const args = process.argv.slice(2)
if (wantsHelp(args)) {
  process.stdout.write(`${helpText()}\n`)
  process.exit(EXIT.asked)
}

function settings(): Config {
  try {
    return readConfig({ args, env: process.env, cwd: process.cwd() })
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return end(EXIT.badSettings, error.faults.join('\n'))
  }
}

/** Ends the process with a sentence for the person who started it. */
function end(code: number, message: string): never {
  process.stderr.write(`${message}\n`)
  process.exit(code)
}

const config = settings()
const https = await openHttps(config).catch((error: unknown) => {
  if (!(error instanceof TlsError)) throw error
  return end(EXIT.badSettings, error.message)
})
const logger = await createLogger(config.logLevel)
const app = await buildApp({
  config,
  logger,
  version: projectVersion(),
  captureEntry: new URL(`../capture/main${extname(import.meta.url)}`, import.meta.url),
  pageRoot: fileURLToPath(new URL('dist/web', projectRoot())),
  https,
  terminal: process.stdout.isTTY ? (text) => void process.stdout.write(text) : undefined,
})

app.capture.once('gave-up', async (message) => {
  await app.close()
  end(EXIT.captureRefused, `The instrument can not be opened: ${message}`)
})
// Those who renew certificates tell servers so; without one of theirs it means that the terminal is gone.
const skip: 'SIGHUP'[] = config.tlsCert === '' ? [] : ['SIGHUP']
for (const signal of skip) process.on(signal, () => void app.renewCertificate())
closeWithGrace({ delay: 4000, logger, skip }, async ({ signal, err }) => {
  if (err) logger.fatal(err)
  else logger.info({ signal }, 'closing')
  await app.close()
  logger.info('closed')
})

tellPriority(app.capture, logger)
tellCongestion(logger)
try {
  setPriority(PRIORITY)
} catch {
  // Without the right to, it runs as everything else does.
}
try {
  await app.listen({
    host: config.host,
    port: config.port,
    listenTextResolver: (address) =>
      `Backline plays at ${pageUrl(address, { isSecure: https !== undefined, basePath: config.basePath })}`,
  })
} catch (error) {
  await app.close()
  const message = listenFailure(error as NodeJS.ErrnoException, config)
  if (message === undefined) throw error
  end(EXIT.noAddress, message)
}
