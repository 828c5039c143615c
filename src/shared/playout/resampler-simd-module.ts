// The SIMD kernel as WebAssembly bytes, put together here instruction by instruction: about 300 bytes, no tool chain.
// It imports its memory and exports `run(frames, rowBytes)`, which does what ScalarKernel.render does, in Float32 and
// eight taps at a time. Its parameters and its result are in memory: no call of it makes a number object.
import { WINDOW_FRAMES } from './resampler-kernel.ts'
import { PHASES } from './sinc-table.ts'

/** The most outputs of one call. */
export const MAX_OUTPUTS = 1024

/** Byte addresses in the module's memory. The first 16 bytes are two Float64: centre and step. */
export const LEFT = 16
export const RIGHT = LEFT + WINDOW_FRAMES * 4
export const OUT_LEFT = RIGHT + WINDOW_FRAMES * 4
export const OUT_RIGHT = OUT_LEFT + MAX_OUTPUTS * 4
export const ROWS = OUT_RIGHT + MAX_OUTPUTS * 4

type Code = readonly (number | Code)[]

const I32 = 0x7f
const F64 = 0x7c
const V128 = 0x7b
const VOID = 0x40

// Locals in the order of their declaration: two parameters first.
const FRAMES = 0
const ROW_BYTES = 1
const I = 2
const A = 3
const B = 4
const END = 5
const X = 6
const AT = 7
const WHOLE = 8
const BLEND = 9
const H = 10
const L0 = 11
const L1 = 12
const R0 = 13
const R1 = 14

const get = (local: number): Code => [0x20, local]
const set = (local: number, value: Code): Code => [value, 0x21, local]
const i32 = (value: number): Code => [0x41, signed(value)]
const f64 = (value: number): Code => [0x44, [...new Uint8Array(new Float64Array([value]).buffer)]]
const add = (a: Code, b: Code): Code => [a, b, 0x6a]
const sub = (a: Code, b: Code): Code => [a, b, 0x6b]
const mul = (a: Code, b: Code): Code => [a, b, 0x6c]
const addF64 = (a: Code, b: Code): Code => [a, b, 0xa0]
const subF64 = (a: Code, b: Code): Code => [a, b, 0xa1]
const mulF64 = (a: Code, b: Code): Code => [a, b, 0xa2]
const floor = (a: Code): Code => [a, 0x9c]
/** Saturating: unlike the plain one it can not trap. */
const toI32 = (a: Code): Code => [a, 0xfc, 0x02]
const toF64 = (a: Code): Code => [a, 0xb7]
const loadF64 = (address: number): Code => [i32(0), 0x2b, 3, unsigned(address)]
const simd = (operation: number): Code => [0xfd, unsigned(operation)]
const load4 = (base: Code, offset: number): Code => [base, simd(0x00), 2, unsigned(offset)]
const add4 = (a: Code, b: Code): Code => [a, b, simd(0xe4)]
const sub4 = (a: Code, b: Code): Code => [a, b, simd(0xe5)]
const mul4 = (a: Code, b: Code): Code => [a, b, simd(0xe6)]
const splat = (f64Value: Code): Code => [f64Value, 0xb6, simd(0x13)]
const lane = (local: number, index: number): Code => [get(local), simd(0x1f), index]
const addF32 = (a: Code, b: Code): Code => [a, b, 0x92]
const storeF32 = (base: Code, offset: number, value: Code): Code => [base, value, 0x38, 2, unsigned(offset)]
/** Repeats `body` while `again` is not 0; once at least. */
const loop = (body: Code, again: Code): Code => [0x03, VOID, body, again, 0x0d, 0, 0x0b]

/** Four taps, `offset` bytes into the row: blends the two rows and adds to a sum of each channel. */
const fourTaps = (offset: number, left: number, right: number): Code => [
  set(H, add4(load4(get(A), offset), mul4(get(BLEND), sub4(load4(get(B), offset), load4(get(A), offset))))),
  set(left, add4(get(left), mul4(get(H), load4(get(X), LEFT + offset)))),
  set(right, add4(get(right), mul4(get(H), load4(get(X), RIGHT + offset)))),
]

const sumOfLanes = (local: number): Code =>
  addF32(addF32(lane(local, 0), lane(local, 1)), addF32(lane(local, 2), lane(local, 3)))

const ZERO = splat(f64(0))

const RUN: Code = loop(
  [
    set(AT, addF64(loadF64(0), mulF64(toF64(get(I)), loadF64(8)))),
    set(WHOLE, floor(get(AT))),
    set(AT, mulF64(subF64(get(AT), get(WHOLE)), f64(PHASES))),
    set(BLEND, splat(subF64(get(AT), floor(get(AT))))),
    set(A, add(i32(ROWS), mul(toI32(get(AT)), get(ROW_BYTES)))),
    set(B, add(get(A), get(ROW_BYTES))),
    set(END, get(B)),
    // taps/2 − 1 frames before the whole frame: rowBytes is 4 · taps.
    set(X, sub(mul(add(toI32(get(WHOLE)), i32(1)), i32(4)), [get(ROW_BYTES), i32(1), 0x76])),
    [set(L0, ZERO), set(L1, ZERO), set(R0, ZERO), set(R1, ZERO)],
    loop(
      [
        fourTaps(0, L0, R0),
        fourTaps(16, L1, R1),
        set(X, add(get(X), i32(32))),
        set(B, add(get(B), i32(32))),
        set(A, add(get(A), i32(32))),
      ],
      [get(A), get(END), 0x49],
    ),
    set(L0, add4(get(L0), get(L1))),
    set(R0, add4(get(R0), get(R1))),
    storeF32(mul(get(I), i32(4)), OUT_LEFT, sumOfLanes(L0)),
    storeF32(mul(get(I), i32(4)), OUT_RIGHT, sumOfLanes(R0)),
    set(I, add(get(I), i32(1))),
  ],
  [get(I), get(FRAMES), 0x49],
)

/** The module: imports memory `env.memory`, exports `run`. */
export function simdModuleBytes(): Uint8Array<ArrayBuffer> {
  const body: Code = [3, 5, I32, 2, F64, 6, V128, RUN, 0x0b]
  return Uint8Array.from(
    flat([
      [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      section(1, [1, 0x60, 2, I32, I32, 0]),
      section(2, [1, name('env'), name('memory'), 2, 0, 1]),
      section(3, [1, 0]),
      section(7, [1, name('run'), 0, 0]),
      section(10, [1, sized(body)]),
    ]),
  )
}

function section(id: number, content: Code): Code {
  return [id, sized(content)]
}

function sized(content: Code): Code {
  return [unsigned(flat(content).length), content]
}

function name(text: string): Code {
  return sized([...text].map((letter) => letter.charCodeAt(0)))
}

function flat(code: Code): number[] {
  return (code as unknown as { flat(depth: number): number[] }).flat(Number.POSITIVE_INFINITY)
}

/** LEB128, 7 bits a byte, least first. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)]
}

function signed(value: number): number[] {
  const rest = value >> 7
  const ends = (rest === 0 && (value & 0x40) === 0) || (rest === -1 && (value & 0x40) !== 0)
  return ends ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(rest)]
}
