import type { desk as deskCommands } from '../../desk/commands.ts'
import type { DeskLink } from '../../desk/desk-link.ts'
import type { RoomAddress } from '../../player/address/room-address.ts'
import type { Player } from '../../player/player.ts'
import type { MixerDesk } from './mixer-desk.ts'
import type { RoomDesk } from './room-desk.ts'

/** What the parts of a console work with. */
export interface ConsoleTools {
  player: Player
  address: RoomAddress
  desk: Pick<DeskLink, 'store' | 'start' | 'stop'>
  readLevels: DeskLink['readLevels']
  commands: typeof deskCommands
  mixer: MixerDesk
  room: RoomDesk
}
