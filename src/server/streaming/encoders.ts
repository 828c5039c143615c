import type { OpusRung } from '../../shared/rungs.ts'
import type { PacketHeader } from '../../shared/wire/packet.ts'
import type { RungPacket } from './rung-packet.ts'

/** What makes the Opus rungs: `opus/opus-encoders.ts`. */
export interface Encoders {
  begin(stream: { streamId: number; rateHz: number; periodFrames: number }): void
  open(rung: OpusRung, onPacket: (packet: RungPacket) => void): void
  close(rung: OpusRung): void
  push(packet: Buffer, header: Readonly<PacketHeader>): void
  end(): void
  stop(): Promise<void>
  readonly counters: { packetsEncoded: number; packetsShed: number; restarts: number }
}
