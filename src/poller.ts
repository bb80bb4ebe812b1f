import { runProgram } from './run-program.ts'

/** The poller: one tick, then gone. No arguments; everything comes from the environment (SPEC 14). */
void runProgram('poller').then((code) => {
  process.exitCode = code
})
