import { describe, expect, it } from 'vitest'
import { matchesGlob } from '../../src/core/globs.ts'
import { startCpuClock } from '../tools/cpu-clock.ts'

describe('matchesGlob', () => {
  it.each([
    ['.github/**', '.github/workflows/ci.yml'],
    ['.github/**', '.github'],
    ['.github', '.github/workflows/ci.yml'],
    ['.github/', '.github/workflows/ci.yml'],
    ['/Dockerfile', 'Dockerfile'],
    ['*.lock', 'yarn.lock'],
    ['*', '.env'],
    ['**/*.tf', 'main.tf'],
    ['**/*.tf', 'infra/a/main.tf'],
    ['infra/**/secrets/*', 'infra/secrets/x'],
    ['infra/**/secrets/*', 'infra/a/b/secrets/x'],
    ['src/?.ts', 'src/a.ts'],
    ['src/?.ts', 'src/😀.ts'],
    ['**', 'any/thing'],
    ['a*b*c', 'a123b456c'],
    ['[x]', '[x]'],
    ['a+(b)', 'a+(b)/c'],
  ])('%s names %s', (pattern, path) => {
    expect(matchesGlob(pattern, path)).toBe(true)
  })

  it.each([
    ['.github/**', 'github/x'],
    ['.github/**', 'src/.github/x'],
    ['.github', '.githubx'],
    ['*.lock', 'a/yarn.lock'],
    ['src/?.ts', 'src/ab.ts'],
    ['src/*', 'src/a/b'],
    ['SRC/*', 'src/a'],
    ['a*b', 'abc'],
    ['', 'a'],
    ['/', 'a'],
  ])('%j does not name %s', (pattern, path) => {
    expect(matchesGlob(pattern, path)).toBe(false)
  })

  it('takes no exponential time', () => {
    const cpuMs = startCpuClock()
    expect(matchesGlob(`${'*a'.repeat(50)}b`, 'a'.repeat(2000))).toBe(false)
    expect(matchesGlob(`${'**/'.repeat(50)}b`, 'a/'.repeat(2000))).toBe(false)
    expect(cpuMs()).toBeLessThan(1000)
  })
})
