// Thread: page. One question to the server over HTTP, with the key of the page's address; what it may do only in time, it is told.
import { BY_US_HEADER, SERVER_US_HEADER } from '../../src/shared/wire/time-limit.ts'
import { isRecord } from '../network/checks.ts'
import { serverPath } from '../player/address/base-path.ts'
import { keyHeader } from '../player/address/page-key.ts'
import { roomAddress } from '../player/address/room-address.ts'

/** The server refused, or did not answer. The reason is for programs, the message, the server's own words, for people. */
export class DeskError extends Error {
  readonly reason: string
  constructor(reason: string, message: string) {
    super(message)
    this.name = 'DeskError'
    this.reason = reason
  }
}

const NO_CONTENT = 204
/** What is answered later is not waited for: on a network that hangs nobody would be told. */
export const ANSWER_MS = 4000
const READS = ['GET', 'HEAD']

/** Server clock minus the page's, ms, by the last answer: at most its way behind. NaN: there was none. */
let aheadMs = Number.NaN

/** What the server clock shows, ms, less what the last answer took to come; NaN: it has answered nothing yet. */
export const serverMs = (): number => performance.now() + aheadMs

/**
 * Rejects with a DeskError and nothing else. `is`: whether an answer is one. What changes something is carried out within `mostMs` or
 * not at all: a network that hung delivers it later, when whoever asked for it has been told that nothing came of it.
 */
export async function ask<T>(
  method: string,
  path: string,
  is: (value: unknown) => value is T,
  body?: object,
  mostMs = ANSWER_MS,
): Promise<T> {
  const askedMs = Date.now()
  try {
    return await askOnce(method, path, is, body, mostMs)
  } catch (error) {
    // Asleep, the page's clock stood still, and the server's did not: the answer has told how late it is.
    const isTooOld = error instanceof DeskError && error.reason === 'too-old'
    if (!isTooOld || Date.now() - askedMs >= mostMs) throw error
    return await askOnce(method, path, is, body, mostMs)
  }
}

async function askOnce<T>(
  method: string,
  path: string,
  is: (value: unknown) => value is T,
  body: object | undefined,
  mostMs: number,
): Promise<T> {
  const headers = { ...keyHeader(roomAddress(location).key), ...timeLimit(method, mostMs) }
  let response: Response
  let answer: unknown
  try {
    response = await fetch(serverPath(path), {
      ...{ method, headers, ...(body && jsonOf(body, headers)) },
      signal: AbortSignal.timeout(mostMs),
    })
    const serverUs = Number(response.headers.get(SERVER_US_HEADER) ?? Number.NaN)
    if (Number.isFinite(serverUs)) aheadMs = serverUs / 1000 - performance.now()
    answer = response.status === NO_CONTENT ? {} : await response.json()
  } catch {
    throw new DeskError('unreachable', 'The server does not answer. Is it still running?')
  }
  if (!response.ok) throw refusal(answer, response.status)
  if (!is(answer)) throw new DeskError('bad-answer', 'The server answered something this page does not know.')
  return answer
}

function timeLimit(method: string, mostMs: number): Record<string, string> {
  if (READS.includes(method) || Number.isNaN(aheadMs)) return {}
  return { [BY_US_HEADER]: String(Math.round((serverMs() + mostMs) * 1000)) }
}

/** What goes with a request that says something. */
function jsonOf(body: object, headers: Record<string, string>) {
  return { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

function refusal(answer: unknown, status: number): DeskError {
  const { reason, message } = isRecord(answer) ? answer : {}
  return new DeskError(
    typeof reason === 'string' ? reason : `http-${status}`,
    typeof message === 'string' ? message : `The server refused (${status}).`,
  )
}
