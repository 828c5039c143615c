import { fft } from '../../src/shared/dsp/fft.ts'

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
