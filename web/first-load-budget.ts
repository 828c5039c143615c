// What a listener's browser loads before anything can be heard, as the server compresses it. A build above the budget fails.
import { brotliCompressSync, constants } from 'node:zlib'
import type { Plugin } from 'vite'

const BUDGET_BYTES = 120_000
/** Not of the entry, and loaded by every Listen. */
const LISTEN = /^assets\/(?:socket\.worker|audio-processor)-/

type Bundle = Record<string, Chunk | Asset>
interface Chunk {
  type: 'chunk'
  fileName: string
  code: string
  isEntry: boolean
  imports: string[]
  viteMetadata?: { importedCss: Set<string> } | undefined
}
interface Asset {
  type: 'asset'
  fileName: string
  source: string | Uint8Array
}

/** The files of a build that the first load needs, with what each takes. Throws when the build has no worker or worklet. Pure. */
export function firstLoad(bundle: Bundle): { fileName: string; bytes: number }[] {
  const names = new Set<string>()
  const add = (fileName: string): void => {
    const file = bundle[fileName]
    if (!file || names.has(fileName)) return
    names.add(fileName)
    if (file.type === 'asset') return
    for (const css of file.viteMetadata?.importedCss ?? []) add(css)
    for (const name of file.imports) add(name)
  }
  const files = Object.values(bundle)
  for (const file of files) if (file.type === 'chunk' && file.isEntry) add(file.fileName)
  const listen = files.filter(({ fileName }) => LISTEN.test(fileName))
  if (listen.length !== 2) throw new Error('the build should have one network worker and one audio worklet')
  for (const { fileName } of [...listen, { fileName: 'index.html' }]) add(fileName)
  return [...names].map((fileName) => {
    const file = bundle[fileName] as Chunk | Asset
    return { fileName, bytes: compressed(file.type === 'chunk' ? file.code : file.source) }
  })
}

/** As src/server/compress.mjs does it. */
function compressed(content: string | Uint8Array): number {
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT } = constants
  const bytes = Buffer.from(content)
  const params = { [BROTLI_PARAM_QUALITY]: 11, [BROTLI_PARAM_SIZE_HINT]: bytes.length }
  return brotliCompressSync(bytes, { params }).length
}

export function firstLoadBudget(): Plugin {
  let say: (text: string) => void = () => {}
  return {
    name: 'first-load-budget',
    apply: 'build',
    configResolved({ logger }) {
      say = (text) => logger.info(text)
    },
    writeBundle(_, bundle) {
      const files = firstLoad(bundle as Bundle)
      const sum = files.reduce((total, { bytes }) => total + bytes, 0)
      const account = `First load: ${kB(sum)} of ${kB(BUDGET_BYTES)} compressed (${files
        .map(({ fileName, bytes }) => `${fileName.replace(/^assets\//, '')} ${kB(bytes)}`)
        .join(', ')})`
      if (sum > BUDGET_BYTES) this.error(`${account}. Load less of it before Listen.`)
      say(account)
    },
  }
}

function kB(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`
}
