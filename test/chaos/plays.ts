import { KILLS } from './kills.ts'
import type { Play } from './play.ts'
import { SECURE_STRANGERS } from './secure-strangers.ts'
import { STOPS } from './stops.ts'
import { STRANGERS } from './strangers.ts'
import { UNPLUG } from './unplug.ts'

/** Everything that is made to go wrong; last what may have to wait for the studio. */
export const PLAYS: readonly Play[] = [KILLS, STOPS, STRANGERS, SECURE_STRANGERS, UNPLUG]
