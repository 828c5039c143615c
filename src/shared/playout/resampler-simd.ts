// The resampler's inner loop in WebAssembly SIMD: 2 to 5 times as quick as the TypeScript beside it, and the same
// within −120 dB. Its window lies in the module's memory, so only outputs are copied.
import { type ResamplerKernel, WINDOW_FRAMES } from './resampler-kernel.ts'
import {
  LEFT,
  MAX_OUTPUTS,
  OUT_LEFT,
  OUT_RIGHT,
  RIGHT,
  ROWS,
  simdModuleBytes,
} from './resampler-simd-module.ts'
import type { SincTable } from './sinc-table.ts'

/** What is used of WebAssembly; declared here because this code is compiled for no environment in particular. */
interface WebAssemblyApi {
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object
  Memory: new (size: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer }
  Instance: new (module: object, imports: object) => { readonly exports: { run: Run } }
}
type Run = (frames: number, rowBytes: number) => void

const PAGE_BYTES = 65_536

/** Compiled once in each thread, and by what. */
let compiled: { by: WebAssemblyApi; module: object } | undefined

export class SimdKernel implements ResamplerKernel {
  readonly taps: number
  readonly place: Float64Array
  readonly left: Float32Array
  readonly right: Float32Array
  readonly #run: Run
  readonly #outLeft: Float32Array
  readonly #outRight: Float32Array

  /** Undefined where there is no WebAssembly SIMD to be had: the other kernel does it. The first one compiles. */
  static tryMake(table: SincTable): SimdKernel | undefined {
    const api = (globalThis as { WebAssembly?: WebAssemblyApi }).WebAssembly
    if (api === undefined) return undefined
    try {
      return new SimdKernel(api, table)
    } catch {
      return undefined // An engine before SIMD, a policy without 'wasm-unsafe-eval', or no address space left (iOS).
    }
  }

  private constructor(api: WebAssemblyApi, table: SincTable) {
    if (compiled?.by !== api) compiled = { by: api, module: new api.Module(simdModuleBytes()) }
    const pages = Math.ceil((ROWS + table.rows.length * 4) / PAGE_BYTES)
    const memory = new api.Memory({ initial: pages, maximum: pages }) // without a maximum, gigabytes are reserved
    const bytes = memory.buffer
    this.taps = table.taps
    this.left = new Float32Array(bytes, LEFT, WINDOW_FRAMES)
    this.right = new Float32Array(bytes, RIGHT, WINDOW_FRAMES)
    this.place = new Float64Array(bytes, 0, 2)
    this.#outLeft = new Float32Array(bytes, OUT_LEFT, MAX_OUTPUTS)
    this.#outRight = new Float32Array(bytes, OUT_RIGHT, MAX_OUTPUTS)
    new Float32Array(bytes, ROWS, table.rows.length).set(table.rows)
    this.#run = new api.Instance(compiled.module, { env: { memory } }).exports.run
  }

  render(left: Float32Array, right: Float32Array, offset: number, frames: number): void {
    const outLeft = this.#outLeft
    const outRight = this.#outRight
    for (let done = 0; done < frames; done += MAX_OUTPUTS) {
      const count = Math.min(MAX_OUTPUTS, frames - done)
      this.#run(count, 4 * this.taps)
      for (let i = 0; i < count; i++) {
        left[offset + done + i] = outLeft[i] as number
        right[offset + done + i] = outRight[i] as number
      }
      this.place[0] = (this.place[0] as number) + count * (this.place[1] as number)
    }
  }
}
