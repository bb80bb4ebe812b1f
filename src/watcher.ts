import { runProgram } from './run-program.ts'

/** The watcher: one tick, then gone. No arguments; everything comes from the environment (SPEC 14). */
void runProgram('watcher').then((code) => {
  process.exitCode = code
})
