import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

/**
 * A preload that stands in for a container's mounts: whoever opens a path below one of `MOUNTS` (a JSON object of folders or files) gets
 * the one that it stands for. Everything else is untouched.
 */
const mounts = Object.entries(JSON.parse(process.env['MOUNTS'] ?? '{}') as Record<string, string>)

for (const name of ['readFileSync', 'writeFileSync', 'accessSync', 'existsSync', 'openSync', 'statSync'] as const) {
  const real = fs[name] as (...args: unknown[]) => unknown
  const mounted = (path: unknown, ...rest: unknown[]): unknown =>
    real(typeof path === 'string' ? find(path) : path, ...rest)
  Object.assign(fs, { [name]: mounted })
}
syncBuiltinESMExports()

function find(path: string): string {
  const found = mounts.find(([at]) => path === at || path.startsWith(`${at}/`))
  return found === undefined ? path : `${found[1]}${path.slice(found[0].length)}`
}
