import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect } from 'vitest'

const readme = resolve(import.meta.dirname, '../../README.md')

/** How the README is brought up to date; its own test fails where this is not said in CONTRIBUTING.md. */
export const updateCommand = 'UPDATE_README=1 npx vitest run test/readme'

/**
 * Expects the README to hold `content` between `<!-- name:start -->` and `<!-- name:end -->`, or writes it there when `UPDATE_README`
 * is set. Never writes in CI: what is wrong there has to be red.
 */
export function expectGenerated(name: string, content: string): void {
  const text = readFileSync(readme, 'utf8')
  const updated = withSection(text, name, content)
  if (wantsUpdate(process.env)) {
    if (updated !== text) writeFileSync(readme, updated)
    return
  }
  expect(text, `README.md is out of date between the markers of "${name}": run ${updateCommand}`).toBe(updated)
}

export function wantsUpdate(env: Readonly<Record<string, string | undefined>>): boolean {
  const wanted = (env['UPDATE_README'] ?? '') !== ''
  if (wanted && (env['CI'] ?? '') !== '') throw new Error('UPDATE_README is for people; CI only compares')
  return wanted
}

/** The text with what stands between the two markers replaced; an error when they are not there exactly once, in order. */
export function withSection(text: string, name: string, content: string): string {
  const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`]
  const parts = text.split(start)
  const [before, after] = parts
  const tail = after?.split(end)
  if (before === undefined || parts.length !== 2 || tail?.length !== 2 || before.includes(end)) {
    throw new Error(`expected ${start} and, behind it, ${end} in the README, each once`)
  }
  return `${before}${start}\n\n${content}\n\n${end}${tail[1] ?? ''}`
}
