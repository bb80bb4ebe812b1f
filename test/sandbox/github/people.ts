import { addComment, deleteComment, editComment, react, requireComment } from './state/comments.ts'
import { rerequestCheck, rerunWorkflow } from './state/rerun.ts'
import { addBlocker } from './state/dependencies.ts'
import { labelIssue, unlabelIssue } from './state/issue-labels.ts'
import { closeIssue, editIssue, openIssue, reopenIssue, requireIssue, type IssueInput } from './state/issues.ts'
import type { Comment, Issue, IssueEvent, StateReason, Reaction, ReactionContent } from './state/issue-model.ts'
import type { GitHubState, Repo, Role } from './state/model.ts'
import { pullPeopleOf } from './pull-people.ts'
import { rulePeopleOf } from './rule-people.ts'
import { forcePush, push, type PushInput } from './state/push.ts'
import { renameRepo, requireRepo, setPermission } from './state/repos.ts'
import { settle } from './state/settle.ts'
import { removeUser, requireLogin } from './state/users.ts'

export type People = ReturnType<typeof peopleOf>

/**
 * What people and agents do to a GitHub, for scenarios and for in-process fakes. Permissions are not asked here: they may
 * have been others when it happened (the HTTP server is the one that asks). A login that does not exist throws.
 */
export function peopleOf(state: GitHubState) {
  const at = (repo: string, number: number): { repo: Repo; issue: Issue } => {
    const found = requireRepo(state, repo)
    return { repo: found, issue: requireIssue(found, number) }
  }
  const actor = (login: string, viaApp?: string) => ({
    login: requireLogin(state, login),
    viaApp: viaApp ?? null,
  })

  return {
    open: (repo: string, input: IssueInput): Issue => openIssue(state, requireRepo(state, repo), input),

    /** The event, or null when the label was there already. */
    label: (repo: string, number: number, label: string, as: string, viaApp?: string): IssueEvent | null => {
      const found = at(repo, number)
      return labelIssue(state, found.repo, found.issue, label, actor(as, viaApp))
    },

    /** The event, or null when there was no such label. */
    unlabel: (repo: string, number: number, label: string, as: string, viaApp?: string): IssueEvent | null =>
      unlabelIssue(state, at(repo, number).issue, label, actor(as, viaApp)),

    edit: (repo: string, number: number, change: { title?: string; body?: string }, as: string): void =>
      editIssue(state, at(repo, number).issue, change, actor(as)),

    close: (repo: string, number: number, as: string, reason: StateReason = 'completed'): void =>
      closeIssue(state, at(repo, number).issue, actor(as), reason),

    reopen: (repo: string, number: number, as: string): void => reopenIssue(state, at(repo, number).issue, actor(as)),

    comment: (repo: string, number: number, body: string, as: string): Comment =>
      addComment(state, at(repo, number).issue, body, actor(as)),

    editComment: (repo: string, id: number, body: string, as: string): void =>
      editComment(state, requireComment(requireRepo(state, repo), id).comment, body, actor(as)),

    deleteComment: (repo: string, id: number): void => {
      const { issue, comment } = requireComment(requireRepo(state, repo), id)
      deleteComment(issue, comment)
    },

    react: (repo: string, commentId: number, content: ReactionContent, as: string): Reaction =>
      react(state, requireComment(requireRepo(state, repo), commentId).comment, content, requireLogin(state, as))
        .reaction,

    /** The blocker may live in another repository. */
    addBlocker: (repo: string, number: number, blocker: { repo?: string; number: number }, as: string): boolean =>
      addBlocker(state, at(repo, number).issue, at(blocker.repo ?? repo, blocker.number).issue.id, actor(as)),

    push: (repo: string, input: PushInput): string => {
      settle(state)
      return push(state, requireRepo(state, repo), input)
    },

    forcePush: (repo: string, input: Parameters<typeof forcePush>[2]): string =>
      forcePush(state, requireRepo(state, repo), input),

    rename: (repo: string, to: string): void => renameRepo(state, requireRepo(state, repo), to),

    setPermission: (repo: string, login: string, role: Role, roleName?: string): void =>
      setPermission(state, requireRepo(state, repo), login, role, roleName),

    /** The account is gone; what it did is nobody's from now on. */
    deleteAccount: (login: string): void => removeUser(state, login),

    /** Reruns every failed workflow run of a commit and every failed check of other apps; answers how many began. */
    rerunChecks: (repo: string, sha: string, as: string): number =>
      rerunAll(state, requireRepo(state, repo), sha, requireLogin(state, as)),

    ...pullPeopleOf(state),
    ...rulePeopleOf(state),
  }
}

function rerunAll(state: GitHubState, repo: Repo, sha: string, login: string): number {
  let begun = 0
  for (const suite of repo.suites.filter((candidate) => candidate.headSha === sha)) {
    const run = repo.runs.find((candidate) => candidate.id === suite.runId)
    if (run) {
      if (rerunWorkflow(state, run, suite, login, 'failed')) begun += 1
      continue
    }
    const names = new Set(suite.runs.map((check) => check.name))
    for (const name of names) {
      const last = suite.runs.findLast((check) => check.name === name)
      if (last && last.conclusion !== 'success' && rerequestCheck(state, suite, last)) begun += 1
    }
  }
  return begun
}
