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

/** Where the payload of a frame made here begins. */
export function payloadStart(frame: Buffer): number {
  const length = frame[1] as number
  return length <= MAX_7_BIT ? 2 : length === LENGTH_16 ? 4 : 10
}

/** A new Buffer with the frame's header; the `bytes` of payload behind it are the caller's to write. */
export function openFrame(bytes: number): Buffer {
  const head = frameHeaderBytes(bytes)
  const frame = Buffer.allocUnsafe(head + bytes)
  frame[0] = FIN_BINARY
  if (head === 2) frame[1] = bytes
  else if (head === 4) {
    frame[1] = LENGTH_16
    frame.writeUInt16BE(bytes, 2)
  } else {
    frame[1] = LENGTH_64
    frame.writeBigUInt64BE(BigInt(bytes), 2)
  }
  return frame
}

/** A new Buffer: frame header, then `payload`. */
export function frameBinary(payload: Buffer): Buffer {
  const frame = openFrame(payload.length)
  frame.set(payload, frame.length - payload.length)
  return frame
}
