// A WebSocket message in one frame (RFC 6455 §5.2): unmasked, as servers send, and never compressed. The same audio
// goes to every listener, so it is framed once, and written past `ws`, whose send() copies an options object and
// hands header and payload to the kernel as two pieces. Whole frames only, so those of `ws` may come in between.
const FIN_TEXT = 0x81
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

/** A Buffer of so many bytes that is nobody else's. */
export type Allocate = (bytes: number) => Buffer

/** A new Buffer with the frame's header; the `bytes` of payload behind it are the caller's to write. */
export function openFrame(
  bytes: number,
  first = FIN_BINARY,
  allocate: Allocate = Buffer.allocUnsafe,
): Buffer {
  const head = frameHeaderBytes(bytes)
  const frame = allocate(head + bytes)
  frame[0] = first
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
export function frameBinary(payload: Buffer, allocate?: Allocate): Buffer {
  const frame = openFrame(payload.length, FIN_BINARY, allocate)
  frame.set(payload, frame.length - payload.length)
  return frame
}

/** A new Buffer: frame header, then `text`. */
export function frameText(text: string): Buffer {
  const bytes = Buffer.byteLength(text)
  const frame = openFrame(bytes, FIN_TEXT)
  frame.write(text, frame.length - bytes)
  return frame
}

/** Of a frame made here: the text, if it is one. */
export function textOf(frame: Buffer): string | undefined {
  return frame[0] === FIN_TEXT ? frame.toString('utf8', payloadStart(frame)) : undefined
}
