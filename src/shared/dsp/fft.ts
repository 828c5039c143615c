/** In place, radix 2, unscaled; the length is a power of two. `inverse` has the other sign. Pure. */
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
  for (let size = 2; size <= n; size *= 2) {
    const angle = ((inverse ? 2 : -2) * Math.PI) / size
    for (let k = 0; k < size / 2; k++) {
      const cos = Math.cos(angle * k)
      const sin = Math.sin(angle * k)
      for (let a = k; a < n; a += size) {
        const b = a + size / 2
        const x = (re[b] as number) * cos - (im[b] as number) * sin
        const y = (re[b] as number) * sin + (im[b] as number) * cos
        re[b] = (re[a] as number) - x
        im[b] = (im[a] as number) - y
        re[a] = (re[a] as number) + x
        im[a] = (im[a] as number) + y
      }
    }
  }
}

function swap(values: Float64Array, i: number, j: number): void {
  const value = values[i] as number
  values[i] = values[j] as number
  values[j] = value
}
