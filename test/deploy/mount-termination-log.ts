import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

/**
 * A preload that puts a file where the kubelet mounts one: what is written to `/dev/termination-log` goes to the file that
 * TERMINATION_LOG names, with the same flags. Everything else is untouched.
 */
const real = { write: fs.writeFileSync, truncate: fs.truncateSync }
const file = process.env['TERMINATION_LOG'] ?? ''

fs.writeFileSync = (path, ...rest) => {
  real.write(path === '/dev/termination-log' ? file : path, ...rest)
}
fs.truncateSync = (path, length) => {
  real.truncate(path === '/dev/termination-log' ? file : path, length)
}
syncBuiltinESMExports()
