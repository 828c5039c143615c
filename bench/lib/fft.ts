// A small complex radix-2 FFT on split arrays, and the one thing the benches want of it: cross-correlation.

/** In place. `re.length` must be a power of two. `inverse` leaves out the division by the length. */
export function fft(re: Float64Array, im: Float64Array, inverse = false): void {
  const n = re.length
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1
    for (; j & bit; bit >>= 1) j ^= bit
    j ^= bit
    if (i < j) {
      swap(re, i, j)
      swap(im, i, j)
    }
  }
  for (let size = 2; size <= n; size <<= 1) {
    const angle = ((inverse ? 2 : -2) * Math.PI) / size
    const half = size >> 1
    for (let k = 0; k < half; k++) {
      const wr = Math.cos(angle * k)
      const wi = Math.sin(angle * k)
      for (let a = k; a < n; a += size) {
        const b = a + half
        const br = at(re, b) * wr - at(im, b) * wi
        const bi = at(re, b) * wi + at(im, b) * wr
        re[b] = at(re, a) - br
        im[b] = at(im, a) - bi
        re[a] = at(re, a) + br
        im[a] = at(im, a) + bi
      }
    }
  }
}

/**
 * `out[lag] = Σ template[i] · signal[i + lag]` for every lag at which the template lies inside the signal.
 */
export function crossCorrelate(template: Float32Array, signal: Float32Array): Float64Array {
  const lags = signal.length - template.length + 1
  if (lags <= 0) return new Float64Array(0)
  const n = 1 << Math.max(10, Math.ceil(Math.log2(template.length * 4)))
  const step = n - template.length + 1
  const tr = new Float64Array(n)
  const ti = new Float64Array(n)
  tr.set(template)
  fft(tr, ti)
  const out = new Float64Array(lags)
  for (let from = 0; from < lags; from += step) {
    const re = new Float64Array(n)
    const im = new Float64Array(n)
    re.set(signal.subarray(from, from + n))
    fft(re, im)
    for (let k = 0; k < n; k++) {
      const sr = at(re, k)
      const si = at(im, k)
      re[k] = sr * at(tr, k) + si * at(ti, k)
      im[k] = si * at(tr, k) - sr * at(ti, k)
    }
    fft(re, im, true)
    const count = Math.min(step, lags - from)
    for (let i = 0; i < count; i++) out[from + i] = at(re, i) / n
  }
  return out
}

function at(array: Float64Array, index: number): number {
  return array[index] as number
}

function swap(array: Float64Array, i: number, j: number): void {
  const kept = at(array, i)
  array[i] = at(array, j)
  array[j] = kept
}
