// A binary WebSocket message in one frame (RFC 6455 §5.2): unmasked, as servers send, and never compressed. The
// same bytes go to every listener, so they are framed once, and written past `ws`, whose send() copies an options
// object and corks two writes for each of them. Whole frames only, so those of `ws` may come in between.
const FIN_BINARY = 0x82
const LENGTH_16 = 126
const LENGTH_64 = 127
const MAX_7_BIT = 125

/** Bytes the frame of a payload of `bytes` has before it. */
export function frameHeaderBytes(bytes: number): number {
  return bytes <= MAX_7_BIT ? 2 : bytes <= 0xffff ? 4 : 10
}

/** A new Buffer: frame header, then `payload`. */
export function frameBinary(payload: Buffer): Buffer {
  const head = frameHeaderBytes(payload.length)
  const frame = Buffer.allocUnsafe(head + payload.length)
  frame[0] = FIN_BINARY
  if (head === 2) frame[1] = payload.length
  else if (head === 4) {
    frame[1] = LENGTH_16
    frame.writeUInt16BE(payload.length, 2)
  } else {
    frame[1] = LENGTH_64
    frame.writeBigUInt64BE(BigInt(payload.length), 2)
  }
  frame.set(payload, head)
  return frame
}
