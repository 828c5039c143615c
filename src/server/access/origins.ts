const MOST_ORIGINS = 32

/** `https://a.example,http://b.example:8080`; undefined: they are not all origins. Pure. */
export function parseOrigins(text: string): string[] | undefined {
  const origins = text.split(',').map((origin) => origin.trim().toLowerCase())
  const good = (origin: string) =>
    /^https?:\/\//.test(origin) && URL.canParse(origin) && new URL(origin).origin === origin
  return origins.length <= MOST_ORIGINS && origins.every(good) ? origins : undefined
}
