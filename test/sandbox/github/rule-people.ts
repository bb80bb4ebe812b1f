import type { CiPlan } from './state/ci-model.ts'
import { addEnvironment, reviewDeployments, type EnvironmentInput } from './state/environments.ts'
import { addFork } from './state/forks.ts'
import type { GitHubState } from './state/model.ts'
import { protect, setQueue } from './state/protection.ts'
import type { MergeSettings, Protection, QueueSettings } from './state/pull-model.ts'
import { requirePull } from './state/pulls.ts'
import { requireRepo } from './state/repos.ts'
import { requireLogin } from './state/users.ts'

/** What the owners of a repository set up around pull requests, and what a script decides beforehand. */
export function rulePeopleOf(state: GitHubState) {
  return {
    /** What CI does with the commit that merges it, instead of the repository's script; null: nothing. */
    planMergeCi: (repo: string, number: number, ci: CiPlan | null): void => {
      requirePull(requireRepo(state, repo), number).pull.mergeCi = ci
    },

    /** Its checks in the merge queue end red: the queue takes it out. */
    failInQueue: (repo: string, number: number): void => {
      requirePull(requireRepo(state, repo), number).pull.failsInQueue = true
    },

    /** Rules of a branch (default: the default branch), on top of those it has. */
    protect: (repo: string, rules: Partial<Omit<Protection, 'queue'>>, branch?: string): Protection => {
      const found = requireRepo(state, repo)
      return protect(found, branch ?? found.defaultBranch, rules)
    },

    /** A merge queue before a branch (default: the default branch); null takes it away. */
    setQueue: (repo: string, queue: Partial<QueueSettings> | null, branch?: string): void => {
      const found = requireRepo(state, repo)
      setQueue(state, found, branch ?? found.defaultBranch, queue)
    },

    setMerging: (repo: string, settings: Partial<MergeSettings>): void => {
      Object.assign(requireRepo(state, repo).merging, settings)
    },

    /** `owner/name` of a new fork, with everything that the repository has now. */
    fork: (repo: string, owner: string): string => addFork(state, requireRepo(state, repo), owner),

    /** The fork is gone; what was sent from it stays. */
    deleteRepo: (repo: string): void => {
      state.repos.delete(requireRepo(state, repo).id)
      state.repoNames.delete(repo.toLowerCase())
    },

    /** An environment that asks its reviewers before a job with it may run. */
    addEnvironment: (repo: string, input: EnvironmentInput): void => {
      addEnvironment(state, requireRepo(state, repo), input)
    },

    /** A person approves or rejects the jobs of a workflow run that wait for an environment; false: none did. */
    answerDeployment: (
      repo: string,
      runId: number,
      as: string,
      answer: { environment: string; state: 'approved' | 'rejected'; comment?: string },
    ): boolean => {
      const found = requireRepo(state, repo)
      const run = found.runs.find((candidate) => candidate.id === runId)
      if (!run) throw new Error(`no workflow run ${runId} in ${repo}`)
      const comment = answer.comment ?? ''
      return reviewDeployments(state, found, run, [{ ...answer, comment, user: requireLogin(state, as) }]).length > 0
    },
  }
}
