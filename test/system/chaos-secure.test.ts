// Strangers at the port that speaks TLS: whatever they say, or do not, nobody who listens there hears of it.
import { perform } from '../chaos/perform.ts'
import { SECURE_STRANGERS } from '../chaos/secure-strangers.ts'

perform(SECURE_STRANGERS)
