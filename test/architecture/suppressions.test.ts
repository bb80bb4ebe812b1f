import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { suppressionProblems } from '../tools/suppressions.ts'

const project = resolve(import.meta.dirname, '../..')
/** These two speak of suppressions without making any. */
const about = new Set(['test/tools/suppressions.ts', 'test/architecture/suppressions.test.ts'])

const refused: readonly (readonly [string, string])[] = [
  ['// oxlint-disable', 'name the rule'],
  ['/* eslint-disable */', 'name the rule'],
  ['// oxlint-disable-next-line -- because it is so', 'name the rule'],
  ['const a = b // oxlint-disable-line no-shadow', 'say why'],
  ['// oxlint-disable-next-line no-shadow -- x', 'say why'],
  ['// oxlint-disable-next-line afk/boundaries -- only this once', 'cannot be suppressed'],
  ['// oxlint-disable-next-line no-shadow, afk/pure-core -- only this once', 'cannot be suppressed'],
  ['// @ts-ignore it is wrong here', 'use @ts-expect-error'],
  ['// @ts-nocheck', 'use @ts-expect-error'],
  ['// @ts-expect-error', 'say why'],
  ['/* v8 ignore next */', 'say why'],
  ['/* v8 ignore start */', 'say why'],
]

const accepted = [
  '// oxlint-disable-next-line no-shadow -- the inner one is meant',
  '  // @ts-expect-error the double has no such method',
  '/* v8 ignore next -- unreachable by the type of its argument */',
  '/* v8 ignore stop */',
  'const plain = 1 // nothing is suppressed',
]

describe('suppressions', () => {
  it.each(refused)('refuses %s', (source, problem) => {
    expect(suppressionProblems(source)).toEqual([{ line: 1, problem: expect.stringContaining(problem) }])
  })

  it.each(accepted)('accepts %s', (source) => {
    expect(suppressionProblems(source)).toEqual([])
  })

  it('all carry their reason in this project', () => {
    const files = globSync('{src,test,bench}/**/*.ts', { cwd: project }).filter((file) => !about.has(file))
    expect(files).toContain('src/core/ids.ts')
    const problems = files.flatMap((file) =>
      suppressionProblems(readFileSync(join(project, file), 'utf8')).map(
        ({ line, problem }) => `${file}:${line} ${problem}`,
      ),
    )
    expect(problems).toEqual([])
  })
})
