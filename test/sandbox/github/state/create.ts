import type { Clock, GitHubState } from './model.ts'
import { addApp } from './apps.ts'

/** An empty GitHub with the one app that everybody has: Actions. */
export function createGitHubState(options: { clock: Clock }): GitHubState {
  const state: GitHubState = {
    clock: options.clock,
    users: new Map(),
    tokens: new Map(),
    apps: new Map(),
    installations: new Map(),
    repos: new Map(),
    repoNames: new Map(),
    counter: 1_000_000,
  }
  addApp(state, { slug: 'github-actions', name: 'GitHub Actions', owner: 'github' })
  return state
}
