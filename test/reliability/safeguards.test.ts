import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { checks } from './checks.ts'
import { addFigure } from './figures.ts'
import { safeguards, type Safeguard } from './safeguards.ts'

const root = resolve(import.meta.dirname, '../..')

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
      const copy = copyWithout(safeguard)
      try {
        const module = (await import(pathToFileURL(join(copy, 'test/reliability/checks.ts')).href)) as {
          checks: typeof checks
        }
        const noticed = (await module.checks[safeguard.noticedBy]?.()) ?? []
        addFigure('safeguards taken out / noticed', { tried: 1, held: noticed.length > 0 ? 1 : 0 })
        expect(noticed, `nothing noticed that "${safeguard.name}" is gone`).not.toEqual([])
      } finally {
        rmSync(copy, { recursive: true, force: true })
      }
    },
  )
})

/** The sources and what the lab stands on, with one safeguard less. */
function copyWithout({ edits, name }: Safeguard): string {
  const copy = mkdtempSync(join(tmpdir(), 'afk-safeguard-'))
  for (const folder of ['src', 'test/fakes', 'test/sandbox', 'test/reliability'])
    cpSync(join(root, folder), join(copy, folder), {
      recursive: true,
      filter: (path) => !path.endsWith('openapi.json'),
    })
  cpSync(join(root, 'package.json'), join(copy, 'package.json'))
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  for (const { file, code, instead } of edits) {
    const path = join(copy, 'src', file)
    const parts = readFileSync(path, 'utf8').split(code)
    if (parts.length !== 2)
      throw new Error(`the code of "${name}" stands ${parts.length - 1} times in ${file}, expected once`)
    writeFileSync(path, parts.join(instead))
  }
  return copy
}
