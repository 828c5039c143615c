// WAV, as far as the studio needs it: 16-bit PCM for players, and what pw-record wrote.

/** Float channels (full scale 1) → interleaved Int16, clipped, rounded. */
export function interleaveInt16(channels: readonly Float32Array[]): Int16Array<ArrayBuffer> {
  const count = channels.length
  const frames = channels[0]?.length ?? 0
  const out = new Int16Array(frames * count)
  channels.forEach((samples, channel) => {
    for (let i = 0; i < frames; i++) {
      const value = Math.round((samples[i] ?? 0) * 32768)
      out[i * count + channel] = Math.max(-32768, Math.min(32767, value))
    }
  })
  return out
}

/** A WAV file of interleaved 16-bit PCM. */
export function wavFile(interleaved: Int16Array<ArrayBuffer>, channels: number, rateHz: number): Buffer {
  const header = Buffer.alloc(44)
  header.write('RIFF', 0, 'latin1')
  header.writeUInt32LE(36 + interleaved.byteLength, 4)
  header.write('WAVEfmt ', 8, 'latin1')
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(channels, 22)
  header.writeUInt32LE(rateHz, 24)
  header.writeUInt32LE(rateHz * channels * 2, 28)
  header.writeUInt16LE(channels * 2, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36, 'latin1')
  header.writeUInt32LE(interleaved.byteLength, 40)
  return Buffer.concat([header, new Uint8Array(interleaved.buffer)])
}

export interface Wav {
  rateHz: number
  channels: Float32Array[]
}

/**
 * Reads a WAV file of 16-bit or float samples. The length comes from the bytes present, not from the header,
 * so a recording whose writer was killed can be read too.
 */
export function parseWav(file: Buffer): Wav {
  if (file.toString('latin1', 0, 4) !== 'RIFF') throw new Error('not a WAV file')
  let format = { tag: 0, channels: 0, rateHz: 0, bits: 0 }
  for (let at = 12; at + 8 <= file.length; ) {
    const id = file.toString('latin1', at, at + 4)
    const size = file.readUInt32LE(at + 4)
    const body = at + 8
    if (id === 'fmt ') {
      const tag = file.readUInt16LE(body)
      format = {
        tag: tag === 0xfffe ? file.readUInt16LE(body + 24) : tag,
        channels: file.readUInt16LE(body + 2),
        rateHz: file.readUInt32LE(body + 4),
        bits: file.readUInt16LE(body + 14),
      }
    } else if (id === 'data') {
      return { rateHz: format.rateHz, channels: deinterleave(file.subarray(body), format) }
    }
    at = body + size + (size & 1)
  }
  throw new Error('WAV file without data')
}

function deinterleave(data: Buffer, format: { tag: number; channels: number; bits: number }): Float32Array[] {
  const { channels: count, bits, tag } = format
  const isFloat = tag === 3 && bits === 32
  if (!isFloat && !(tag === 1 && bits === 16)) throw new Error(`WAV format ${tag} with ${bits} bits`)
  const frames = Math.floor(data.length / (count * (bits / 8)))
  const out = Array.from({ length: count }, () => new Float32Array(frames))
  out.forEach((samples, channel) => {
    for (let i = 0; i < frames; i++) {
      const at = i * count + channel
      samples[i] = isFloat ? data.readFloatLE(at * 4) : data.readInt16LE(at * 2) / 32768
    }
  })
  return out
}
