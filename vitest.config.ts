import { defineConfig } from 'vitest/config'

// unit: beside the files they test, fast, in parallel. system: what crosses processes, browsers and devices,
// one file at a time, because there is one studio and the machine has few cores.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          setupFiles: ['test/seed.ts'],
          // Much of it waits: without a word Vitest leaves one core out.
          maxWorkers: '100%',
          sequence: { groupOrder: 0 },
          // Only for what hangs: a busy machine may take ten times as long as an idle one.
          testTimeout: 60_000,
          include: ['{src,web,public,bench,test}/**/*.test.{ts,tsx}'],
          exclude: ['test/system/**'],
        },
      },
      {
        test: {
          name: 'system',
          include: ['test/system/**/*.test.ts'],
          fileParallelism: false,
          maxWorkers: 1,
          // Nothing beside it: it is about sound in time.
          sequence: { groupOrder: 1 },
          testTimeout: 120_000,
          // A machine that stands still for a moment spoils one take, and the report says "retry"; what is broken fails twice.
          retry: 1,
          // A studio that is still in use is waited for, up to 300 s.
          hookTimeout: 360_000,
        },
      },
    ],
  },
})
