// The instrument's cable is pulled and put back: its sound comes back, never another in its place, and no child is left over.
import { perform } from '../chaos/perform.ts'
import { UNPLUG } from '../chaos/unplug.ts'

perform(UNPLUG)
