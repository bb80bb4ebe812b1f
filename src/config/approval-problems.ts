import type { RepoEntry } from './config-file.ts'
import type { Layer } from './layer.ts'
import { mergeLayers } from './layer.ts'
import type { Problem } from './problems.ts'
import { describeValue } from './problems.ts'
import { formatPath } from './schema-problems.ts'
import { TUNABLES } from './tunables.ts'

/** What these checks read: a repo that sets none of them is as good as all the others. */
const NAMES = ['approval.before', 'approval.by', 'landing', 'agentLogins'] as const

/**
 * Approvals that nobody could ever give, or that would be asked for nothing (SPEC 16.2): of all repos together, and of each repo
 * that sets a part of it itself.
 */
export function approvalProblems(shared: Layer, repos: readonly RepoEntry[]): Problem[] {
  const own = repos.filter(({ layer }) => NAMES.some((name) => layer.has(name)))
  return [
    ...problemsOf(shared, []),
    ...own.flatMap(({ repo, layer }) => problemsOf(mergeLayers(shared, layer), ['repos', repo.fullName])),
  ]
}

function problemsOf(layer: Layer, above: readonly string[]): Problem[] {
  const before = words(layer, 'approval.before')
  const by = words(layer, 'approval.by')
  if (before.length === 0) return []
  const agents = new Set(words(layer, 'agentLogins').map(bare))
  const problems: Problem[] = []
  if (by.length === 0) {
    problems.push({
      path: formatPath([...above, 'approval', 'by']),
      expected: 'at least one login or Slack user id while approval.before is set',
      got: 'an empty list',
      remedy: 'name who may approve, or empty approval.before',
      source: sourceOf(layer, 'approval.before'),
    })
  }
  for (const agent of by.filter((login) => agents.has(login.toLowerCase()))) {
    problems.push({
      path: formatPath([...above, 'approval', 'by']),
      expected: 'nobody of agentLogins: an agent never approves its own work',
      got: describeValue(agent),
      remedy: 'take that login out of one of the two',
      source: sourceOf(layer, 'approval.by'),
    })
  }
  if (before.includes('merge') && valueOf(layer, 'landing') !== 'pull-request') {
    problems.push({
      path: formatPath([...above, 'approval', 'before']),
      expected: 'merge only together with landing: pull-request',
      got: describeValue('merge'),
      remedy: 'set landing to pull-request, or take merge out of approval.before',
      source: sourceOf(layer, 'approval.before'),
    })
  }
  return problems
}

/** An app among the agents keeps its bare name from approving too, as `isAgent` in `src/core/trust.ts` has it. */
function bare(login: string): string {
  return login.toLowerCase().replace(/\[bot\]$/u, '')
}

/** Anything but a list of texts is another problem already. */
function words(layer: Layer, name: string): readonly string[] {
  const value = valueOf(layer, name)
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []
}

function valueOf(layer: Layer, name: string): unknown {
  return layer.has(name) ? layer.get(name)?.value : TUNABLES.find((tunable) => tunable.name === name)?.byDefault
}

function sourceOf(layer: Layer, name: string): string {
  return layer.get(name)?.source ?? 'default'
}
