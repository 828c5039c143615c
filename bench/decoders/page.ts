// A page of the product with a worker of ours in it.
import { rolldown } from 'rolldown'
import { ISOLATION_HEADERS } from '../../src/server/plugins/headers.ts'
import type { OpenChromium } from '../../test/studio/browser.ts'
import type { Decoded, Order } from './in-worker.ts'

const PATH = '/bench-decoders.js'

export class DecodingPage {
  readonly #browser: OpenChromium

  private constructor(browser: OpenChromium) {
    this.#browser = browser
  }

  /** Bundles the worker, and serves it to this page as if it were the server's. */
  static async of(browser: OpenChromium): Promise<DecodingPage> {
    const build = await rolldown({
      input: new URL('./in-worker.ts', import.meta.url).pathname,
      platform: 'browser',
    })
    const { output } = await build.generate({ format: 'esm', codeSplitting: false, minify: true })
    await build.close()
    await browser.page.route(`**${PATH}`, (route) =>
      route.fulfill({ headers: ISOLATION_HEADERS, contentType: 'text/javascript', body: output[0].code }),
    )
    return new DecodingPage(browser)
  }

  /** One run in a new worker. Packets and sound cross as text: the way out of a page is JSON. */
  async run({ way, packets, everyMs }: Order): Promise<Decoded> {
    const sizes = packets.map(({ length }) => length)
    const given = { path: PATH, way, everyMs, sizes, bytes: Buffer.concat(packets).toString('latin1') }
    const { left, ...rest } = await this.#browser.evaluate((order: typeof given) => {
      interface Page {
        Worker: new (url: string, options: { type: 'module' }) => PageWorker
      }
      interface PageWorker {
        onmessage: (event: { data: Decoded }) => void
        onerror: (event: { message: string }) => void
        postMessage(order: Order): void
        terminate(): void
      }
      const all = Uint8Array.from(order.bytes, (byte) => byte.charCodeAt(0))
      let at = 0
      const packets = order.sizes.map((size) => {
        at += size
        return all.slice(at - size, at)
      })
      const worker = new (globalThis as unknown as Page).Worker(order.path, { type: 'module' })
      return new Promise<Omit<Decoded, 'left'> & { left: number[] }>((resolve, reject) => {
        worker.onmessage = ({ data }) => {
          worker.terminate()
          resolve({
            ...data,
            left: Array.from(data.left.subarray(0, data.frames), (x) => Math.round(x * 1e6)),
          })
        }
        worker.onerror = ({ message }) => reject(new Error(message))
        worker.postMessage({ way: order.way, packets, everyMs: order.everyMs })
      })
    }, given)
    return { ...rest, left: Float32Array.from(left, (x) => x / 1e6) }
  }
}
