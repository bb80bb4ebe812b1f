import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { namedIn } from './named-things.ts'

const root = resolve(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'SECURITY.md'), 'utf8')
const filesOf = (pattern: string) => globSync(alternatives(pattern), { cwd: root })

/** The table that says which test holds a defence: what is attacked, how it is defended, and where that is tried. */
const defences = page
  .split(/^## /mu)
  .filter((section) => section.startsWith('What is defended'))
  .flatMap((section) => section.split('\n').filter((line) => line.startsWith('| ')))
  .slice(1)
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, attack = '', , tests = '']) => ({
    attack,
    tests: [...tests.matchAll(/`([^`]+)`/gu)].map(([, one]) => one ?? ''),
  }))

describe('SECURITY.md', () => {
  it('names only paths that exist', () => {
    const { paths } = namedIn(page)
    expect(paths.length).toBeGreaterThan(30)
    expect(paths.filter((path) => filesOf(path).length === 0)).toEqual([])
  })

  it('has its table where it is looked for', () => {
    expect(defences.length).toBeGreaterThan(25)
  })

  it.each(defences)('$attack: every test is named by its path from the root, and is one', ({ tests }) => {
    expect(tests.length).toBeGreaterThan(0)
    for (const named of tests) {
      // A pattern with alternatives must not hide one that is gone.
      for (const path of alternatives(named)) {
        expect(filesOf(path), path).not.toEqual([])
        expect(path === forgery || /\.(?:test|contract)\.ts$/u.test(path), `${path} is no test`).toBe(true)
      }
    }
  })
})

/** The forgers themselves, whom the test beside them lets loose. */
const forgery = 'test/reliability/forgery.ts'

function alternatives(pattern: string): string[] {
  const [, before = '', words = '', after = ''] = /^([^{]*)\{([^}]*)\}(.*)$/u.exec(pattern) ?? []
  return words === '' ? [pattern] : words.split(',').map((word) => before + word + after)
}
