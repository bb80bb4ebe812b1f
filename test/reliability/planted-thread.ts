import { enableCompileCache, flushCompileCache, registerHooks } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import type { checks } from './checks.ts'
import type { Noticed, Planted } from './without-safeguard.ts'

/** A thread that loads the sources with some of them changed, and runs one check on what came of it. */
const { sources, check, cache } = workerData as Planted
const loaded: string[] = []

enableCompileCache(cache)
registerHooks({
  load: (url, context, next) => {
    const source = sources[url]
    if (source === undefined) return next(url, context)
    loaded.push(url)
    return { ...next(url, context), source }
  },
})
const module = (await import(new URL('checks.ts', import.meta.url).href)) as { readonly checks: typeof checks }
const run = module.checks[check]
if (run === undefined) throw new Error(`there is no check "${check}"`)
const noticed: Noticed = { found: await run(), loaded }
flushCompileCache()
parentPort?.postMessage(noticed)
