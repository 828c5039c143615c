// The page, built into dist/web. Run as `vite web` and `vite build web`.
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// SharedArrayBuffer needs the first two, on the page and on the worker's script alike.
const isolated = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
}
const server = `http://127.0.0.1:${process.env['PORT'] || 8080}`

export default defineConfig({
  root: import.meta.dirname,
  // public/ holds the worklet's TypeScript. It is imported, never copied as it is.
  publicDir: false,
  plugins: [react()],
  worker: { format: 'es' },
  build: { outDir: '../dist/web', emptyOutDir: true },
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
