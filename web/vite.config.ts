// The page, built into dist/web. Run as `vite web` and `vite build web`.
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { firstLoadBudget } from './first-load-budget.ts'

// SharedArrayBuffer needs the first two, on the page and on the worker's script alike.
const isolated = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
}
const server = `http://127.0.0.1:${process.env['PORT'] || 8080}`

// A test runner's own NODE_ENV would put React's development build into the page: half as large again, and slower.
if (process.argv.includes('build')) process.env['NODE_ENV'] = 'production'

export default defineConfig({
  root: import.meta.dirname,
  // Copied as they are. The repository's public/ holds the worklet's TypeScript, which is imported.
  publicDir: 'static',
  // Relative, so that one build serves every BASE_PATH: index.html's <base> says where it is.
  base: './',
  plugins: [react(), firstLoadBudget()],
  worker: { format: 'es' },
  // Browsers without it load a chunk's own imports a little later.
  build: { outDir: '../dist/web', emptyOutDir: true, modulePreload: { polyfill: false } },
  server: {
    headers: isolated,
    fs: { allow: ['..'] },
    proxy: {
      '/ws': { target: server, ws: true },
      '/api': server,
      '/health': server,
      '/time': server,
    },
  },
  preview: { headers: isolated },
})
