import { matchesGlob } from '../../core/globs.ts'

/** What starts a workflow, as far as it matters here; `unreadable` is a file that GitHub would not run either. */
export type Triggers = 'unreadable' | { readonly push: boolean; readonly pull: boolean }

/**
 * Whether a workflow file is started by a push to a branch, and by a pull request against it (docs.github.com, *Workflow syntax for
 * GitHub Actions*, `on`). Where a filter may let it through, it counts as doing so: a wrong alarm is worse here than a missed one.
 */
export async function triggersOf(text: string, branch: string): Promise<Triggers> {
  return triggersIn(await contentOf(text), branch)
}

/** The same of the file's content. */
export function triggersIn(content: unknown, branch: string): Triggers {
  const on = readOn(content)
  if (on === null) return 'unreadable'
  return {
    push: on.has('push') && startsOnPush(on.get('push'), branch),
    pull: [...pullEvents].some((name) => on.has(name) && startsOnPull(on.get(name), branch)),
  }
}

const pullEvents = ['pull_request', 'pull_request_target'] as const

type Filter = { readonly [key: string]: unknown } | null

/** Undefined: nothing that can be read. */
async function contentOf(text: string): Promise<unknown> {
  // Loaded only here: no tick reads YAML of a repo.
  const { parseDocument } = await import('yaml')
  try {
    const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' })
    return document.errors.length > 0 ? undefined : document.toJS({ maxAliasCount: 20 })
  } catch {
    return undefined
  }
}

/** The events of `on:` with their filters; it may be a name, a list of names, or a mapping. */
function readOn(content: unknown): ReadonlyMap<string, Filter> | null {
  const on = isMapping(content) ? content['on'] : undefined
  if (typeof on === 'string') return new Map([[on, null]])
  if (Array.isArray(on)) return new Map(listOf(on).map((name) => [name, null]))
  if (!isMapping(on)) return null
  return new Map(Object.entries(on).map(([name, filter]) => [name, isMapping(filter) ? filter : null]))
}

function startsOnPush(filter: Filter | undefined, branch: string): boolean {
  if (filter == null) return true
  // With a filter for tags and none for branches, pushes to branches start nothing.
  const tagsOnly =
    ('tags' in filter || 'tags-ignore' in filter) && !('branches' in filter || 'branches-ignore' in filter)
  return !tagsOnly && passesBranch(filter, branch)
}

function startsOnPull(filter: Filter | undefined, branch: string): boolean {
  if (filter == null) return true
  const types = listOf(filter['types'])
  const wanted =
    types.length === 0 || types.some((type) => ['opened', 'synchronize', 'ready_for_review'].includes(type))
  return wanted && passesBranch(filter, branch)
}

function passesBranch(filter: { readonly [key: string]: unknown }, branch: string): boolean {
  const ignored = listOf(filter['branches-ignore'])
  if (ignored.length > 0) return !ignored.some((pattern) => isPlain(pattern) && matchesGlob(pattern, branch))
  const patterns = listOf(filter['branches'])
  if (patterns.length === 0) return true
  // The last pattern that fits decides; `!` takes back.
  let passes = false
  for (const pattern of patterns) {
    const negative = pattern.startsWith('!')
    const bare = negative ? pattern.slice(1) : pattern
    if (!isPlain(bare)) passes ||= !negative
    else if (matchesGlob(bare, branch)) passes = !negative
  }
  return passes
}

/** Character sets, `+`, and `**` inside a name are GitHub's own and not tried here. */
function isPlain(pattern: string): boolean {
  return !/[[\]+]|[^/]\*\*|\*\*[^/]/u.test(pattern)
}

function listOf(value: unknown): readonly string[] {
  // A mapping in a list may have a `toString` of its own: only what is plain has a text.
  if (Array.isArray(value)) return value.flatMap((one) => (typeof one === 'object' ? [] : [String(one)]))
  return typeof value === 'string' ? [value] : []
}

function isMapping(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
