import { mergePull } from './merge-pull.ts'
import { advanceQueue, enqueue } from './merge-queue.ts'
import type { GitHubState, Repo } from './model.ts'
import { roleOf } from './permissions.ts'
import { protectionOf } from './protection.ts'
import type { AutoMerge } from './pull-model.ts'
import { pullsOf, type PullRequest } from './pulls.ts'

/**
 * Does what GitHub did by itself since anybody looked: merge queues that went on, and merges that waited for their rules.
 * The server does this before each request; who reads the state in the same process calls it first.
 */
export function settle(state: GitHubState): void {
  for (const repo of state.repos.values()) {
    advanceQueue(state, repo)
    for (const { issue, pull } of pullsOf(repo)) {
      if (!pull.autoMerge || issue.state !== 'open') continue
      mergeWhenReady(state, repo, { issue, pull }, pull.autoMerge)
    }
  }
}

/** Before a queue it goes into the queue. Who enabled it stands above no rule here. */
function mergeWhenReady(state: GitHubState, repo: Repo, found: PullRequest, wish: AutoMerge): void {
  const { issue, pull } = found
  if (protectionOf(repo, pull.baseRef).queue) {
    if (!('problem' in enqueue(state, repo, found, { login: wish.enabledBy }))) pull.autoMerge = null
    return
  }
  mergePull(state, repo, issue, pull, {
    by: wish.enabledBy,
    role: roleOf(repo, wish.enabledBy) === 'admin' ? 'write' : roleOf(repo, wish.enabledBy),
    method: wish.method,
    title: wish.title ?? undefined,
    message: wish.message ?? undefined,
  })
}
