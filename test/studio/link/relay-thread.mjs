// Worker threads do not inherit the TypeScript loader.
import { register } from 'tsx/esm/api'

register()
await import('./relay-thread.ts')
