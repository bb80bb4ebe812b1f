import { blockerRefs } from '../../src/core/dispatch/blockers.ts'

/**
 * Prints, as JSON, the milliseconds that the blocker parser takes for a megabyte of each hostile text. A program of its own, as a test
 * runner that counts coverage runs everything several times slower. Time of this thread's own work, as the machine may be busy; the
 * best of a few, as the first ones compile.
 */
const megabyte = 1_000_000

const parts: readonly (readonly [string, string])[] = [
  ['comments that never end', '<!--'],
  ['comments', '<!---->'],
  ['lone backticks', '` '],
  ['pieces of code', '`a`'],
  ['fences', '```\n'],
  ['tildes', '~~~\n'],
  ['clauses', 'blocked by '],
  ['clauses on lines', 'blocked by #1\n'],
  ['hashes', '#'],
  ['references', '#1 '],
  ['references that differ', '#123 #124 #125 a/b#1 '],
  ['glued references', 'a/b#1'],
  ['a word without end', 'a'],
  ['slashes', 'a/'],
  ['digits', '#123456789012'],
  ['spaces', 'blocked  '],
  ['blank lines', '\n'],
  ['escapes', '\\`'],
  ['list items', '- `\n'],
  ['everything', '`<!--```\n~~~blocked by #1 '],
]

const bodies: readonly (readonly [string, string])[] = [
  ...parts.map(([name, part]) => [name, part.repeat(Math.ceil(megabyte / part.length)).slice(0, megabyte)] as const),
  ['backtick runs that all differ', risingRuns()],
]

console.log(JSON.stringify(Object.fromEntries(bodies.map(([name, body]) => [name, quickest(`blocked by #1 ${body}`)]))))

function risingRuns(): string {
  const runs: string[] = []
  for (let length = 1, size = 0; size < megabyte; length += 1, size += length) runs.push('`'.repeat(length))
  return runs.join('a')
}

function quickest(body: string): number {
  const times = Array.from({ length: 5 }, () => {
    const before = process.threadCpuUsage()
    blockerRefs(body, 'acme/shop')
    const { user, system } = process.threadCpuUsage(before)
    return (user + system) / 1000
  })
  return Math.min(...times)
}
