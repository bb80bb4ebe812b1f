import { beforeAll, describe, expect, it } from 'vitest'
import { clean, planted } from './planted.ts'
import { lintPlanted, type LintRun } from './plant.ts'

describe('the linter that npm run lint starts', () => {
  let violations: LintRun
  let cleanRun: LintRun

  beforeAll(async () => {
    const bad = Object.fromEntries([...planted.values()].map(({ path, code }) => [path, code]))
    violations = await lintPlanted({ ...clean, ...bad })
    cleanRun = await lintPlanted(clean)
  }, 120_000)

  it.each([...planted])('refuses %s', (_name, { path, rule }) => {
    expect(violations.complaintsAbout(path)).toContainEqual(expect.stringContaining(`afk(${rule}): `))
  })

  it('fails when a file is refused', () => {
    expect(violations.exitCode).toBe(1)
  })

  it.each(Object.keys(clean))('accepts %s', (path) => {
    expect(cleanRun.complaintsAbout(path)).toEqual([])
  })

  it('passes when nothing is refused', () => {
    expect(cleanRun.exitCode).toBe(0)
  })
})
