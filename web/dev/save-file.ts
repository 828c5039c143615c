/** Parts written in one go, before the page gets its turn again. */
const PARTS_AT_ONCE = 20
/** A browser has begun to read what it saves by then, ms. */
const KEEP_MS = 60_000

/** Gzipped, a few parts at a time, so that nothing on the page waits for it. */
export async function gzipped(parts: Iterable<string>): Promise<Blob> {
  const { readable, writable } = new CompressionStream('gzip')
  const whole = new Response(readable).blob()
  const writer = writable.getWriter()
  const encoder = new TextEncoder()
  let count = 0
  for (const part of parts) {
    await writer.write(encoder.encode(part))
    if (++count % PARTS_AT_ONCE === 0) await new Promise((resolve) => setTimeout(resolve))
  }
  await writer.close()
  return whole
}

/** As if somebody had followed a link to it. */
export function saveFile(content: Blob, name: string): void {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), KEEP_MS)
}

/** `backline-<what>-2031-05-06T07-08-09<ending>`, in UTC. */
export function fileName(what: string, at: Date, ending: string): string {
  return `backline-${what}-${at.toISOString().slice(0, 19).replaceAll(':', '-')}${ending}`
}
