import type { FileChange } from './model.ts'

export type ShownChange = FileChange | { path: string; status: 'renamed'; previous: string }

type Tree = ReadonlyMap<string, string>

/**
 * The changes as GitHub lists them: what goes from one path and comes back whole at another is one entry, under its new
 * name. (Git finds changed files again, too; here the content must be the same. An empty file never counts.)
 */
export function withRenames(changes: FileChange[], before: Tree, after: Tree): ShownChange[] {
  const gone = changes.filter((change) => change.status === 'removed')
  const renames = new Map<string, string>()
  for (const { path } of changes.filter((change) => change.status === 'added')) {
    const text = after.get(path)
    const taken = [...renames.values()]
    const from = gone.find((change) => before.get(change.path) === text && !taken.includes(change.path))
    if (from && text !== '') renames.set(path, from.path)
  }
  const left = new Set(renames.values())
  return changes
    .filter((change) => !(change.status === 'removed' && left.has(change.path)))
    .map((change) => {
      const previous = change.status === 'added' ? renames.get(change.path) : undefined
      return previous === undefined ? change : { path: change.path, status: 'renamed', previous }
    })
}
