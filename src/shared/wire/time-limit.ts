// Headers by which a request over HTTP is carried out in time or not at all.

/** Of a request: until when it counts, server clock, µs. What comes later is refused (409 `too-old`). */
export const BY_US_HEADER = 'backline-by-us'
/** Of every answer under /api/ to who is let in: what the server clock shows, µs. */
export const SERVER_US_HEADER = 'backline-server-us'
