import type { RepoEntry } from './config-file.ts'
import type { Layer, Setting } from './layer.ts'
import { mergeLayers } from './layer.ts'
import type { Problem } from './problems.ts'
import { describeValue } from './problems.ts'
import { formatPath } from './schema-problems.ts'
import { TUNABLES } from './tunables.ts'

const LABELS = ['readyLabel', 'inProgressLabel', 'humanLabel'] as const

/** Labels that are the same without case (SPEC 4): of all repos together, and of each repo that sets a label itself. */
export function labelProblems(shared: Layer, repos: readonly RepoEntry[]): Problem[] {
  const own = repos.filter(({ layer }) => LABELS.some((name) => layer.has(name)))
  return [
    ...collisions(shared, []),
    ...own.flatMap(({ repo, layer }) => collisions(mergeLayers(shared, layer), ['repos', repo.fullName])),
  ]
}

function collisions(layer: Layer, above: readonly string[]): Problem[] {
  const seen = new Map<string, { name: string; value: string; source: string }>()
  const problems: Problem[] = []
  for (const name of LABELS) {
    const { value, source } = layer.get(name) ?? byDefault(name)
    // Anything but text is another problem already.
    if (typeof value !== 'string') continue
    const first = seen.get(value.toLowerCase())
    if (first === undefined) {
      seen.set(value.toLowerCase(), { name, value, source })
      continue
    }
    problems.push({
      path: `${formatPath([...above, first.name])} and ${name}`,
      expected: 'three different labels (letter case does not count)',
      got: `${describeValue(first.value)} and ${describeValue(value)}`,
      remedy: 'rename one of the two',
      source: first.source === 'default' ? source : first.source,
    })
  }
  return problems
}

function byDefault(name: string): Setting {
  return { value: TUNABLES.find((tunable) => tunable.name === name)?.byDefault, source: 'default' }
}
