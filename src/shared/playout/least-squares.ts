// Least squares by normal equations, small and without allocation.

/**
 * Solves `A·x = b` for a symmetric positive definite A of `n` rows, `stride` numbers apart, of which only the lower
 * triangle is read; A is overwritten with its Cholesky factor and b with x. A matrix that is not quite positive
 * definite gives a finite answer, not an error.
 */
export function solveInPlace(a: Float64Array, b: Float64Array, n: number, stride: number): void {
  for (let i = 0; i < n; i++) {
    const row = i * stride
    for (let j = 0; j <= i; j++) {
      const other = j * stride
      let sum = a[row + j] as number
      for (let k = 0; k < j; k++) sum -= (a[row + k] as number) * (a[other + k] as number)
      a[row + j] = i === j ? Math.sqrt(Math.max(sum, 1e-18)) : sum / (a[other + j] as number)
    }
  }
  for (let i = 0; i < n; i++) {
    let sum = b[i] as number
    for (let k = 0; k < i; k++) sum -= (a[i * stride + k] as number) * (b[k] as number)
    b[i] = sum / (a[i * stride + i] as number)
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i] as number
    for (let k = i + 1; k < n; k++) sum -= (a[k * stride + i] as number) * (b[k] as number)
    b[i] = sum / (a[i * stride + i] as number)
  }
}

/**
 * Scalar products of the three columns from `i` on with the three from `j` on, columns of `n` numbers each one after
 * the other in `x`, into the 3 × 3 block of `out` at row `row`, column `column`. Nine at a time: each number is
 * loaded once for three products.
 */
export function productBlock(
  x: Float64Array,
  i: number,
  j: number,
  n: number,
  out: Float64Array,
  row: number,
  column: number,
  stride: number,
): void {
  let aa = 0
  let ab = 0
  let ac = 0
  let ba = 0
  let bb = 0
  let bc = 0
  let ca = 0
  let cb = 0
  let cc = 0
  const i1 = i + n
  const i2 = i1 + n
  const j1 = j + n
  const j2 = j1 + n
  for (let k = 0; k < n; k++) {
    const a = x[i + k] as number
    const b = x[i1 + k] as number
    const c = x[i2 + k] as number
    const u = x[j + k] as number
    const v = x[j1 + k] as number
    const w = x[j2 + k] as number
    aa += a * u
    ab += a * v
    ac += a * w
    ba += b * u
    bb += b * v
    bc += b * w
    ca += c * u
    cb += c * v
    cc += c * w
  }
  const at = row * stride + column
  out[at] = aa
  out[at + 1] = ab
  out[at + 2] = ac
  out[at + stride] = ba
  out[at + stride + 1] = bb
  out[at + stride + 2] = bc
  out[at + 2 * stride] = ca
  out[at + 2 * stride + 1] = cb
  out[at + 2 * stride + 2] = cc
}

/** Scalar products of the first `count` columns with the one at `j`, into `out`. It returns none: that would allocate. */
export function productsWith(x: Float64Array, j: number, count: number, n: number, out: Float64Array): void {
  for (let column = 0; column < count; column++) {
    const i = column * n
    let sum = 0
    for (let k = 0; k < n; k++) sum += (x[i + k] as number) * (x[j + k] as number)
    out[column] = sum
  }
}
