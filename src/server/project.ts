import { readFileSync } from 'node:fs'

/** The project's folder, from here and from the build alike: the one with package.json above us. */
export function projectRoot(): URL {
  let folder = new URL('./', import.meta.url)
  for (;;) {
    const above = new URL('../', folder)
    if (above.href === folder.href) throw new Error('no package.json above the server')
    if (nameIn(folder) === 'backline') return folder
    folder = above
  }
}

export function projectVersion(): string {
  return (JSON.parse(readFileSync(new URL('package.json', projectRoot()), 'utf8')) as { version: string })
    .version
}

function nameIn(folder: URL): string | undefined {
  try {
    return (JSON.parse(readFileSync(new URL('package.json', folder), 'utf8')) as { name?: string }).name
  } catch {
    return undefined // no package.json here: look further up
  }
}
