import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { checks } from './checks.ts'
import { addFigure } from './figures.ts'
import { safeguards } from './safeguards.ts'
import { withoutSafeguard } from './without-safeguard.ts'

const cache = mkdtempSync(join(tmpdir(), 'afk-safeguards-'))
afterAll(() => rmSync(cache, { recursive: true, force: true }))

describe('the checks pass on the sources as they are', () => {
  it.each(Object.keys(checks))('%s', { timeout: 60_000 }, async (name) => {
    expect(await checks[name]?.()).toEqual([])
  })
})

describe('a safeguard that is taken out of a copy is missed', () => {
  it.each(safeguards.map((safeguard) => [safeguard.name, safeguard] as const))(
    '%s',
    { timeout: 60_000 },
    async (_name, safeguard) => {
      const noticed = await withoutSafeguard(safeguard, cache)
      addFigure('safeguards taken out / noticed', { tried: 1, held: noticed.length > 0 ? 1 : 0 })
      expect(noticed, `nothing noticed that "${safeguard.name}" is gone`).not.toEqual([])
    },
  )
})
