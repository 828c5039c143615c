// What stops without an end: processes that stand still for 2 s, a clock that is set, a disk that is full. The sound comes back, or never went.
import { perform } from '../chaos/perform.ts'
import { STOPS } from '../chaos/stops.ts'

perform(STOPS)
