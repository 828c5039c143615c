// Every route that a program may use, in words. A test holds this against the routes that there are.
import Type from 'typebox'
import { RUNG_NAMES } from '../../shared/rungs.ts'
import { ROLES } from '../../shared/wire/room-messages.ts'
import { MODE_NAMES } from '../../shared/wire/room-names.ts'
import type { Operation } from './operation.ts'

const NO_SESSION = 'no-such-session: there is none with this id.'
const NO_LISTENER = 'no-such-listener: there is none with this number.'
const BAD_NAME = "bad-name: a preset's name has 1 to 40 characters, no line breaks, and is not '.' or '..'."
const NO_PRESET = 'no-such-preset: there is none of this name.'
const NOT_KEPT = 'not-writable: the folder for what is saved can not be written.'
const DISK_FULL = 'disk-full: there is no room for it.'
const session = Type.String({ description: 'Id of the session; `main` without.' })

/** By method and address. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  'GET /ws/audio': {
    tag: 'listening',
    summary: 'Audio packets and control messages of one listener.',
    description:
      'Upgrades to a WebSocket. Binary messages hold audio packets, texts are control messages in JSON; the first is `audio_config`. Closes with 1012 and "retry in … ms" when the server restarts, 4400 after too many bad messages, 4429 after too many at once, 4404 when the session has been ended, 4408 after 5 s of silence, 4503 when all places are taken.',
    query: {
      session,
      mode: Type.Enum([...MODE_NAMES], { description: 'How it listens; `live` without.' }),
      role: Type.Enum([...ROLES], { description: 'As whom; others than `listener` need the right to.' }),
      stream: Type.Integer({ minimum: 0, description: 'Of which stream it goes on; comes with `from`.' }),
      from: Type.Number({ minimum: 0, description: 'From which room position on.' }),
      rung: Type.Enum(['auto', ...RUNG_NAMES], { description: 'Encoding to stay on; `auto` without.' }),
      start: Type.Enum([...RUNG_NAMES], { description: 'Encoding that `auto` begins with.' }),
      kbps: Type.Integer({ minimum: 1, description: 'What the link delivers, as far as the page has seen.' }),
    },
    answers: { 101: { description: 'It is a WebSocket from here on.' } },
    errors: {
      400: 'bad-mode, bad-role, bad-rung, bad-kbps, bad-stream, bad-from: the message says what is taken.',
      404: NO_SESSION,
      426: 'web-socket-only: this address speaks WebSocket only.',
    },
  },
  'GET /ws/console': {
    tag: 'listening',
    summary: 'What a console shows: source, mix, levels, listeners, from the server only.',
    description:
      'Mix and the listeners of all sessions are for who may ask for them over HTTP; others are told of their own listeners. Upgrades to a WebSocket. Closes with 4403 without the right to it, 4404 when there is no such session, 4503 when there are as many consoles of it as there may be, 4400 when something is sent.',
    query: { session },
    answers: { 101: { description: 'It is a WebSocket from here on.' } },
    errors: { 426: 'web-socket-only: this address speaks WebSocket only.' },
  },
  'GET /health': {
    tag: 'server',
    summary: 'How the server and its source do, with all that is known.',
  },
  'GET /health/live': {
    tag: 'server',
    summary: 'Whether the server lives; if not, it is to be started again.',
  },
  'GET /health/ready': {
    tag: 'server',
    summary: 'Whether there is sound to be had, and why not.',
  },
  'GET /metrics': {
    tag: 'server',
    summary: 'What Prometheus reads.',
    answers: { 200: { description: 'Every metric, in the text format.', type: 'text/plain' } },
  },
  'GET /time': {
    tag: 'server',
    summary: 'What time it is, by whom, and how sure that is.',
  },
  'GET /api/docs': {
    tag: 'server',
    summary: 'This description, to read.',
    answers: { 200: { description: 'A page.', type: 'text/html' } },
  },
  'GET /api/docs/json': {
    tag: 'server',
    summary: 'This description as OpenAPI 3.1.',
    answers: { 200: { description: 'An OpenAPI document.', type: 'application/json' } },
  },
  'GET /api/access': {
    tag: 'access',
    summary: 'As whom one comes in with this key, or why one does not.',
    query: { session, role: Type.Enum([...ROLES], { description: 'As whom one would like to.' }) },
  },
  'GET /api/invites': {
    tag: 'access',
    summary: 'The invites that work, of the sessions one is in charge of.',
  },
  'POST /api/invites': {
    tag: 'access',
    summary: 'A link for others, of a role in a session; its address is told only here.',
    description: 'Works for 24 hours unless told, and no longer than the invite one has oneself.',
    errors: { 404: NO_SESSION, 409: 'invites-full: there are 500.', 500: NOT_KEPT, 507: DISK_FULL },
  },
  'DELETE /api/invites/:id': {
    tag: 'access',
    summary: 'Takes an invite back; who came by it is closed with 4403.',
    answers: { 204: { description: 'It opens nothing any more.' } },
    errors: { 404: 'no-such-invite: there is none with this id.', 500: NOT_KEPT, 507: DISK_FULL },
  },
  'GET /api/capture': {
    tag: 'source',
    summary: 'The source and the process that captures it.',
  },
  'PUT /api/capture': {
    tag: 'source',
    summary: 'Starts or stops the source, or has it play something else.',
    description:
      'Answered once what is not wanted any more has let go of its device. What is left out stays.',
    errors: { 409: 'no-command: CAPTURE_COMMAND is not set.' },
  },
  'POST /api/capture/devices': {
    tag: 'source',
    summary: 'Looks for inputs now.',
    errors: { 503: 'can-not-look: the driver did not say which devices there are.' },
  },
  'GET /api/mix': {
    tag: 'source',
    summary: 'How the input channels become left and right.',
  },
  'PUT /api/mix': {
    tag: 'source',
    summary: 'Another mix, as strips or as gains.',
    errors: { 400: 'bad-mix: it does not fit the source; bad-request: the message says what is wrong.' },
  },
  'GET /api/mix/presets': {
    tag: 'source',
    summary: 'Mixes under a name, and which is set.',
  },
  'PUT /api/mix/presets/:name': {
    tag: 'source',
    summary: 'Saves the mix that is set under this name.',
    errors: { 400: BAD_NAME, 409: 'presets-full: there are 100.', 500: NOT_KEPT, 507: DISK_FULL },
  },
  'POST /api/mix/presets/:name/load': {
    tag: 'source',
    summary: 'Sets a saved mix.',
    errors: { 400: BAD_NAME, 404: NO_PRESET },
  },
  'DELETE /api/mix/presets/:name': {
    tag: 'source',
    summary: 'Forgets a saved mix.',
    errors: { 400: BAD_NAME, 404: NO_PRESET, 500: NOT_KEPT, 507: DISK_FULL },
  },
  'POST /api/measure': {
    tag: 'source',
    summary: 'Adds a short quiet sound, and tells when it was where on its way to a listener.',
    errors: {
      404: NO_LISTENER,
      409: 'busy, no-source, marker-lost, source-lost, not-sent: it could not be measured.',
      429: 'too-soon: after the one before.',
    },
  },
  'GET /api/listeners': {
    tag: 'rooms',
    summary: 'Everybody who listens, and how.',
  },
  'PUT /api/listeners/:id/quality': {
    tag: 'rooms',
    summary: "Pins a listener's encoding, or lets it go with `auto`.",
    errors: { 404: NO_LISTENER },
  },
  'GET /api/sessions': {
    tag: 'rooms',
    summary: 'The sessions that there are.',
  },
  'POST /api/sessions': {
    tag: 'rooms',
    summary: 'One more session; its key is told only here.',
    errors: { 409: 'sessions-full: there are as many as there may be.' },
  },
  'GET /api/sessions/:id': {
    tag: 'rooms',
    summary: 'A session: its members, the delay of its groups, what they hear.',
    errors: { 404: NO_SESSION },
  },
  'DELETE /api/sessions/:id': {
    tag: 'rooms',
    summary: 'Ends a session.',
    answers: { 204: { description: 'It has been ended; its listeners are closed with 4404.' } },
    errors: { 404: NO_SESSION, 409: 'main-stays: `main` is always there.' },
  },
  'PUT /api/sessions/:id/room': {
    tag: 'rooms',
    summary: "A session's settings; what is left out stays.",
    errors: { 404: NO_SESSION },
  },
  'POST /api/sessions/:id/transport': {
    tag: 'rooms',
    summary: 'Start, pause, go back, or be live, for everybody and at one time.',
    errors: { 404: NO_SESSION, 409: 'It can not be had; the message says why.' },
  },
}
