import type { GitHubState, Repo } from './model.ts'
import type { Protection, QueueSettings } from './pull-model.ts'
import { addUser } from './users.ts'

/** Whom GitHub names as the one who merged what came out of a queue. */
export const queueBot = 'github-merge-queue[bot]'

const unprotected: Protection = {
  requiredApprovals: 0,
  dismissStale: false,
  requiredChecks: [],
  strict: false,
  linearHistory: false,
  conversationResolution: false,
  pushers: null,
  enforceAdmins: false,
  queue: null,
}

/** Sets the rules of a branch; what is not named stays as it was, at first as GitHub has it: nothing required. */
export function protect(repo: Repo, branch: string, rules: Partial<Protection>): Protection {
  const made = { ...protectionOf(repo, branch), ...rules }
  repo.protections.set(branch, made)
  return made
}

export function setQueue(state: GitHubState, repo: Repo, branch: string, queue: Partial<QueueSettings> | null): void {
  if (queue) addUser(state, queueBot, 'Bot')
  protect(repo, branch, { queue: queue && { method: 'merge', checkMs: 60_000, ...queue } })
}

/** The rules of a branch, or those that ask for nothing. */
export function protectionOf(repo: Repo, branch: string): Protection {
  return repo.protections.get(branch) ?? unprotected
}
