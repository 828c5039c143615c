/** One packet of a rung, ready to be sent to everybody who listens to it. */
export interface RungPacket {
  /** Header and payload (wire/packet.ts). Never changed once handed on. */
  bytes: Buffer
  /** Where its audio begins and ends, frames of the stream's own rate; with Opus not always whole. */
  from: number
  to: number
  /** Of its stream and rung. */
  sequence: number
}
