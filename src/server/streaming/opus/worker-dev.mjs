// The worker from its source, for tests and benches: worker threads do not inherit the TypeScript loader.
import { register } from 'tsx/esm/api'

register()
await import('./worker.ts')
