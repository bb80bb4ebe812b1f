import { execFileSync } from 'node:child_process'
import { pathToFileURL } from 'node:url'

import { describe, expect, it } from 'vitest'

const SOURCES = `${import.meta.dirname}/../../src/config`

/** What a fresh Node loads (beyond its own modules) to run a snippet with a module of `src/config` as `it`. */
function loadedFor(module: string, snippet: string): string[] {
  const program = `
    import { registerHooks } from 'node:module'
    registerHooks({ load: (url, context, next) => { console.log(url); return next(url, context) } })
    const it = await import(${JSON.stringify(pathToFileURL(`${SOURCES}/${module}`).href)})
    ${snippet}`
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
    timeout: 30_000,
  })
  return output.split('\n').filter((url) => url.startsWith('file:'))
}

const packagesOf = (urls: readonly string[]) => {
  return new Set(
    urls.flatMap((url) => /\/node_modules\/(?<name>(?:@[^/]+\/)?[^/]+)/u.exec(url)?.groups?.['name'] ?? []),
  )
}

describe('an inert tick loads nothing (SPEC 3.2)', () => {
  it('the gates load a handful of own files and no package', () => {
    const read = 'it.readGates({ AFK_KILL_SWITCH: "x" }, { read: () => "" }); it.gateReader({}, () => "")()'
    const loaded = loadedFor('gates.ts', read)
    expect(packagesOf(loaded)).toEqual(new Set())
    expect(loaded.some((url) => url.endsWith('/gates.ts'))).toBe(true)
    expect(loaded.length).toBeLessThan(8)
  })

  it('the whole configuration loads zod, and yaml only when a file is configured', () => {
    const files = '{ read: () => "notifyDone: true" }'
    expect(packagesOf(loadedFor('load.ts', `await it.loadConfig({}, ${files})`))).toEqual(new Set(['zod']))
    const withFile = loadedFor('load.ts', `await it.loadConfig({ AFK_CONFIG_FILE: '/x' }, ${files})`)
    expect(packagesOf(withFile)).toEqual(new Set(['zod', 'yaml']))
  })
})
