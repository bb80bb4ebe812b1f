import dns from 'node:dns'
import fs from 'node:fs'
import { registerHooks, syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Seen } from './run-program.ts'

/**
 * A preload for the programs under test: notes every connection, every name that is looked up, every module that is loaded beyond
 * Node's own and every file that is opened, and tells them on descriptor 3 when the process ends. It changes nothing that it notes.
 */
const seen = { connections: [] as string[], lookups: [] as string[], modules: [] as string[], files: [] as string[] }

note(net.Socket.prototype, 'connect', seen.connections)
for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6'] as const) {
  note(dns, name, seen.lookups)
  note(dns.promises, name, seen.lookups)
}
for (const name of ['readFileSync', 'openSync', 'readFile', 'open', 'createReadStream'] as const)
  note(fs, name, seen.files)
for (const name of ['readFile', 'open'] as const) note(fs.promises, name, seen.files)
syncBuiltinESMExports()

registerHooks({
  load: (url, context, next) => {
    if (!url.startsWith('node:')) seen.modules.push(url)
    return next(url, context)
  },
})

const write = fs.writeSync
process.once('exit', () => {
  // Node's own loader reads the modules' files through the same functions; they are told as modules already.
  const loaded = new Set(seen.modules.filter((url) => url.startsWith('file:')).map((url) => fileURLToPath(url)))
  const told: Seen = { ...seen, files: seen.files.filter((path) => !loaded.has(path)) }
  write(3, JSON.stringify(told))
})

function note<T extends object>(owner: T, name: keyof T, into: string[]): void {
  const real = owner[name] as (...args: unknown[]) => unknown
  const noting = function noting(this: unknown, ...args: unknown[]): unknown {
    into.push(describe(args[0]))
    return Reflect.apply(real, this, args)
  }
  Object.assign(owner, { [name]: noting })
}

function describe(target: unknown): string {
  if (target instanceof URL) return target.protocol === 'file:' ? fileURLToPath(target) : target.href
  return typeof target === 'string' ? target : JSON.stringify(target, ['host', 'port', 'path', 'hostname'])
}
