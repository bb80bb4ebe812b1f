import { defineConfig } from 'vitest/config'
import { LongFirst } from './test/tools/long-first.ts'

export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts'],
    globals: false,
    setupFiles: ['test/tools/seed.ts'],
    // Real HTTP on loopback and child processes, on two busy cores.
    testTimeout: 90_000,
    hookTimeout: 90_000,
    teardownTimeout: 10_000,
    // Threads start faster than processes; three for two cores, as many tests wait for child processes.
    pool: 'threads',
    maxWorkers: 3,
    // Modules are loaded once a thread: GitHub's schema alone takes most of a second. No module keeps anything of a test.
    isolate: false,
    sequence: { sequencer: LongFirst },
    // A test that leaves the environment or a spy behind must not decide another.
    unstubEnvs: true,
    restoreMocks: true,
    // The file named by -t or .only must not turn a whole run green.
    allowOnly: false,
    passWithNoTests: false,
    coverage: {
      provider: 'v8',
      include: ['src/core/**/*.ts', 'src/app/**/*.ts'],
      reportOnFailure: true,
      reporter: [['text', { skipFull: true }], 'text-summary'],
      thresholds: { lines: 95, branches: 95 },
    },
  },
})
