/** Why this browser, or the way this page was opened, can not play; in words for whoever sees it. */
export interface Obstacle {
  title: string
  why: string
  /** What to do, the easiest first. */
  remedies: string[]
}

/** What is looked for; `globalThis` outside of tests. */
export interface Surroundings {
  isSecureContext?: boolean | undefined
  crossOriginIsolated?: boolean | undefined
  location?: { protocol: string; host: string; port: string } | undefined
  AudioContext?: unknown
  AudioWorkletNode?: unknown
  SharedArrayBuffer?: unknown
  WebSocket?: unknown
  Worker?: unknown
}

const UPDATE = 'Update this browser, or use a current Chrome, Edge, Firefox or Safari (16.4 or newer).'

/** Looks before anything is started. Undefined: everything needed is there. */
export function findObstacle(around: Surroundings): Obstacle | undefined {
  if (around.isSecureContext === false) return insecure(around)
  if (!around.AudioContext || !around.AudioWorkletNode)
    return {
      title: 'This browser can not play live sound',
      why: 'It has no AudioWorklet, the part of a browser that plays sound with a short delay.',
      remedies: [UPDATE],
    }
  if (!around.Worker || !around.WebSocket)
    return {
      title: 'This browser can not receive live sound',
      why: `It has no ${around.WebSocket ? 'Worker' : 'WebSocket'}, which the sound comes through.`,
      remedies: [UPDATE, 'If you have an extension that blocks scripts, allow this page.'],
    }
  if (!around.SharedArrayBuffer || around.crossOriginIsolated === false)
    return around.crossOriginIsolated === false ? notIsolated() : noSharedMemory()
  return undefined
}

function insecure({ location }: Surroundings): Obstacle {
  const port = location?.port ? `:${location.port}` : ''
  return {
    title: 'This page needs https',
    why: 'This page was opened over plain http from another computer. Browsers only allow low-delay sound on https or on localhost.',
    remedies: [
      `On the computer that runs Backline, open http://localhost${port}.`,
      'For phones and computers on the same network, start it with: npm start -- --lan. It prints an https address.',
      'Elsewhere, put a reverse proxy with a certificate in front of Backline and open its https address.',
    ],
  }
}

function notIsolated(): Obstacle {
  return {
    title: 'Something between you and Backline changes this page',
    why: 'Low-delay sound needs memory shared between parts of the page. Browsers allow it only when the page arrives with the headers Cross-Origin-Opener-Policy and Cross-Origin-Embedder-Policy. Backline sends them, but they did not arrive.',
    remedies: [
      'If there is a reverse proxy, let it pass these two headers on.',
      'If this page is embedded in another one, open it in a tab of its own.',
      UPDATE,
    ],
  }
}

function noSharedMemory(): Obstacle {
  return {
    title: 'This browser can not play with a short delay',
    why: 'It has no SharedArrayBuffer, the memory through which sound reaches the loudspeaker without waiting.',
    remedies: [UPDATE, 'In a private or locked-down window it may be switched off: try an ordinary one.'],
  }
}
