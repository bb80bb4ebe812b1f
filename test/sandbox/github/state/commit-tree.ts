import { changesBetween } from './history.ts'
import { nextIds, objectName } from './ids.ts'
import type { Commit, GitHubState, Repo } from './model.ts'
import { findUser, requireLogin } from './users.ts'

export interface TreeInput {
  parents: string[]
  tree: ReadonlyMap<string, string>
  message: string
  /** A login, or null for an e-mail address that no account owns. */
  author: string | null
  pusher: string
  date?: number | undefined
}

/** Makes a commit object of a whole tree; no branch shows it yet. Its changes are those against its first parent. */
export function commitTree(
  state: GitHubState,
  repo: Repo,
  input: TreeInput,
  ids: { id: number; nodeId: string } = nextIds(state, 'C'),
): Commit {
  const now = state.clock.now()
  const author = input.author === null ? null : requireLogin(state, input.author)
  const user = author === null ? null : findUser(state, author)
  const [first] = input.parents
  const before = first === undefined ? undefined : repo.commits.get(first)
  const commit: Commit = {
    ...ids,
    sha: objectName('commit', repo.id, ids.id, input.message, ...input.parents),
    treeSha: objectName('tree', repo.id, ids.id),
    message: input.message,
    author,
    authorName: author ?? 'Somebody Else',
    authorEmail: user ? `${user.id}+${author}@users.noreply.github.com` : 'somebody@nowhere.example',
    date: input.date ?? now,
    parents: input.parents,
    files: changesBetween(before?.tree ?? new Map<string, string>(), input.tree),
    tree: input.tree,
    pusher: input.pusher,
    pushedAt: now,
  }
  repo.commits.set(commit.sha, commit)
  return commit
}
