import type { GitHubState } from '../state/model.ts'

/** What a presenter needs: presenters turn the state into GitHub's JSON and decide nothing. */
export interface View {
  state: GitHubState
  /** Address of the API, without a slash at its end. */
  base: string
  /** Epoch milliseconds. */
  now: number
}

export const web = 'https://github.com'
