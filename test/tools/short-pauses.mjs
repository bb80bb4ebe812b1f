import { syncBuiltinESMExports } from 'node:module'
import timers from 'node:timers/promises'

/**
 * Loaded before a program of the demo and of tests that are not about time. afk leaves a second between two writes to GitHub (GitHub's
 * advice); with seventeen issues in half a minute that alone would take longer than the demo. Everything else is as it ships. Plain
 * JavaScript: to take the types off a preload costs each process more than Node's own start.
 */
const pause = timers.setTimeout
timers.setTimeout = (ms, value, options) => pause((ms ?? 0) / 20, value, options)
syncBuiltinESMExports()
