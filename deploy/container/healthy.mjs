// Exit code 0: the server in this container lives. Whether it has sound to give is another question, which a restart does not answer.
import process from 'node:process'

const { HOST = '', PORT = '8080' } = process.env
const name = HOST.includes(':') ? `[${HOST}]` : HOST
const host = ['', '0.0.0.0', '[::]'].includes(name) ? '127.0.0.1' : name

try {
  // With a certificate it redirects to https: that too is an answer of somebody alive.
  const { status } = await fetch(`http://${host}:${PORT}/health/live`, { redirect: 'manual' })
  process.exitCode = status < 400 ? 0 : 1
} catch {
  process.exitCode = 1
}
