// The numbers of the stream to one listener, in one place. Times in ms of audio unless they say otherwise.

/** More than this in flight, above what the way itself takes, and audio is left out … */
export const SKIP_ABOVE_MS = 250
/** … until it is less than this. */
export const RESUME_BELOW_MS = 100
/** What the way itself may be believed to take: round trip, and how old a receipt is … */
export const MAX_BASELINE_MS = 150
/** … and who was so far away before any audio was under way: by satellite it is 600 to 700 ms. */
export const MAX_FAR_BASELINE_MS = 800
/** The least of so long is what the way takes, ms. */
export const BASELINE_OVER_MS = 30_000
/** Held back for so long now and then, and nothing learnt meanwhile, the way is measured anew, ms. */
export const HELD_MS = 10_000

/** Remembered of every rung in use. */
export const HISTORY_SECONDS = 60
/** 60 s of pcm16 at 48 kHz are 12 MB; pcm-f32 reaches back less. */
export const HISTORY_BYTES = 16 * 1024 * 1024

/** What a new listener gets of the past, so that it can start at once. */
export const START_MS = 120
/** What a switch of rungs sends twice, so that there is something to cross-fade. */
export const OVERLAP_MS = 10
/** The first of what an encoder makes after it was started is not used for a switch. */
export const SETTLE_MS = 20
/** A rung nobody listens to any more is kept for so long, ms. */
export const RUNG_LINGER_MS = 10_000
/** Nobody is moved to a rung whose last packet is older than this, ms. */
export const STALE_RUNG_MS = 300
/** An Opus rung that says nothing for so long while its source plays is left for PCM, ms; a new worker may take a second. */
export const MUTE_RUNG_MS = 1500
/** A listener on an Opus rung that still has no decoder after so long gets PCM, ms. */
export const NO_DECODER_MS = 3000

/** Who has something to wait for gets so much of it per message, and per packet that is published. */
export const CATCH_UP_MS = 100
/** So much longer than the delay of its group audio may be of use to a listener that comes, ms. */
export const EXPIRED_MS = 500
/** Who comes, or has to go back, has so long to get nearer than its patience says, ms. */
export const GRACE_MS = 2000

/** No message holds more audio than this, beyond one packet. */
export const LONGEST_BATCH_MS = 20
