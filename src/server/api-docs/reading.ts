// The description of the API as a page: no scripts, and nothing that the content security policy would have to allow.

interface Parameter {
  in: string
  name: string
  description?: string
  schema?: unknown
}

interface Body {
  description?: string
  content?: Record<string, { schema?: unknown }>
}

interface Described {
  tags?: string[]
  summary?: string
  description?: string
  parameters?: Parameter[]
  requestBody?: Body
  responses?: Record<string, Body>
  'x-roles'?: string[]
}

/** The part of an OpenAPI document that is shown. */
export interface Document {
  info: { title: string; version: string; description?: string }
  tags?: readonly { name: string; description?: string }[]
  paths: Record<string, Record<string, Described>>
}

/** A page with addresses relative to its own, `…/api/docs`. */
export function readingPage({ info, tags = [], paths }: Document): string {
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  const sections = tags.map(({ name, description = '' }) => {
    const inside = all.filter(({ operation }) => operation.tags?.includes(name))
    const articles = inside.map(({ path, method, operation }) => article(method, path, operation))
    return `<section><h2>${text(name)}</h2><p>${words(description)}</p>${articles.join('')}</section>`
  })
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark light">
<title>${text(info.title)}: what programs can ask of it</title>
<link rel="stylesheet" href="docs/style.css">
<body>
<h1>${text(info.title)} ${text(info.version)}</h1>
<p>${words(info.description ?? '')} For programs: <a href="docs/json">the same as OpenAPI</a>.</p>
${sections.join('\n')}
`
}

function article(method: string, path: string, operation: Described): string {
  const {
    summary = '',
    description,
    parameters = [],
    requestBody,
    responses = {},
    'x-roles': roles,
  } = operation
  return [
    '<article>',
    `<h3><code>${text(method.toUpperCase())} ${text(path)}</code></h3><p>${words(summary)}</p>`,
    description === undefined ? '' : `<p>${words(description)}</p>`,
    `<p>For ${roles === undefined ? 'everybody, without a key' : text(roles.join(', '))}.</p>`,
    parameters.length === 0 ? '' : `<dl>${parameters.map(parameter).join('')}</dl>`,
    requestBody === undefined ? '' : body('It takes', requestBody),
    ...Object.entries(responses).map(([status, response]) => body(status, response)),
    '</article>',
  ].join('')
}

function parameter({ in: where, name, description = '', schema }: Parameter): string {
  const head = `<dt><code>${text(name)}</code> in the ${text(where)}</dt>`
  return `${head}<dd>${words(description)} <code>${text(JSON.stringify(schema ?? {}))}</code></dd>`
}

function body(head: string, { description = '', content = {} }: Body): string {
  const title = `<b>${text(head)}</b> ${words(description)}`
  const [type, media] = Object.entries(content)[0] ?? []
  if (type === undefined || media?.schema === undefined) return `<p>${title}</p>`
  const schema = text(JSON.stringify(media.schema, null, 2))
  return `<details><summary>${title}</summary><p>${text(type)}</p><pre>${schema}</pre></details>`
}

/** With what stands in back quotes as code. */
function words(plain: string): string {
  return text(plain).replace(/`([^`]+)`/g, '<code>$1</code>')
}

function text(plain: string): string {
  return plain.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

export const READING_STYLE = `body { font: 1rem/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem }
h2 { margin-top: 3rem; text-transform: capitalize }
article { border-top: 1px solid #8886; margin-top: 1.5rem }
pre { overflow-x: auto; max-height: 24rem }
dd code, pre { font-size: 0.85rem }
summary { cursor: pointer }
`
