import type { Card } from '../card/card.ts'
import { sha256 } from '../ids.ts'
import { sameName, type Actor, type Instant } from '../model.ts'
import type { Pull, PullSummary, ReviewThread } from '../pull-model.ts'
import type { Verdict } from '../verdict/verdict.ts'

/** How the work of a run stands on its way to the default branch (SPEC 15.2). */
export type Landing =
  /** The repo lands by push: there is no pull request to look for. */
  | { readonly kind: 'push' }
  /** `pushed`: a commit of the run that reached the default branch all the same, past every review. */
  | { readonly kind: 'none'; readonly pushed: string | null }
  | { readonly kind: 'ambiguous'; readonly numbers: readonly number[] }
  | {
      readonly kind: 'open' | 'merged' | 'closed'
      readonly pull: Pull
      /** Its newest commit, when that is neither the run's nor by somebody trusted. */
      readonly foreign: string | null
      /** Who closed it without a merge; null for one that is not closed. */
      readonly closedBy: 'person' | 'afk' | 'agent' | null
      /** Merged by an agent's account that is not afk's too. */
      readonly mergedByAgent: boolean
      /** Open conversations of trusted people, without the words of others: what the agent is to answer. */
      readonly asks: readonly ReviewThread[]
      /** Trusted people whose newest review requests changes; logins. Absent: nobody. */
      readonly objectors?: readonly string[]
      /** Conversations that afk's own account has resolved, and when it last spoke in each; 0: never. Absent: as if there were none. */
      readonly resolvedOwn?: readonly { readonly id: string; readonly saidAt: Instant }[]
    }

/** Whether a branch is one of the run's: `afk/<number>-…-<first 8 of the run's id>`, or that with `-fix-<attempt>` behind it. */
export function isRunBranch(branch: string, number: number, runId: string): boolean {
  const prefix = branchPrefix(number)
  if (!branch.startsWith(prefix)) return false
  const rest = branch.slice(prefix.length).replace(/-fix-[1-9]\d{0,3}$/u, '')
  return rest === runId.slice(0, 8) || rest.endsWith(`-${runId.slice(0, 8)}`)
}

export function branchPrefix(number: number): string {
  return `afk/${number}-`
}

/**
 * Those of a run: its branches, and the one that its thread reported by number; never one from a fork, whatever its branch is called.
 * Open ones first, then the newest.
 */
export function ownPulls(
  pulls: readonly PullSummary[],
  run: { readonly number: number; readonly runId: string; readonly reported: number | null },
): readonly PullSummary[] {
  return pulls
    .filter(
      (pull) => pull.sameRepo && (isRunBranch(pull.branch, run.number, run.runId) || pull.number === run.reported),
    )
    .toSorted(
      (a, b) =>
        Number(b.state === 'open') - Number(a.state === 'open') || b.createdAt - a.createdAt || b.number - a.number,
    )
}

/**
 * Conversations that wait for the agent: not resolved, and a trusted person speaks in them. Of what is said there, only the words of
 * trusted people and afk's own answers are kept: what a stranger or an agent adds, or makes of the words of others, neither reaches the
 * agent nor holds anything up.
 * After afk's answer a conversation is resolved; opened again by a person, it waits for the agent again.
 */
export function openAsks(pull: Pull, isTrusted: (author: Actor | null) => boolean): readonly ReviewThread[] {
  return pull.threads
    .filter(({ resolved }) => !resolved)
    .map((thread) => ({
      ...thread,
      comments: thread.comments.filter(
        ({ own, author, editedBy }) => own || (isTrusted(author) && (editedBy === undefined || isTrusted(editedBy))),
      ),
    }))
    .filter(({ comments }) => comments.some(({ own }) => !own))
}

/** Conversations that this account has resolved, and its last word in each. */
export function resolvedBy(
  login: string,
  { threads }: Pick<Pull, 'threads'>,
): readonly { id: string; saidAt: Instant }[] {
  return threads
    .filter((thread) => thread.resolved && thread.resolvedBy != null && sameName(thread.resolvedBy, login))
    .map(({ id, comments }) => ({ id, saidAt: Math.max(0, ...comments.flatMap(({ own, at }) => (own ? [at] : []))) }))
}

/**
 * The verdict on an open pull request (SPEC 15.3): what stands between it and its base comes before CI, for CI judges nothing that
 * cannot be merged. It is a red like any other: corrected, counted, and given up in the same way.
 */
export function pullVerdict(ci: Verdict, pull: Pull, card: Card | null, leftQueue: boolean): Verdict {
  if (pull.state !== 'open') return ci
  if (pull.mergeable === 'conflicting' || pull.mergeState === 'conflicting')
    return mergeRed(`conflict with ${pull.base}`, pull.head)
  if (pull.mergeState === 'behind' && ci.kind === 'green') return mergeRed(`out of date with ${pull.base}`, pull.head)
  if (leftQueue && card?.merge?.head === pull.head && ci.kind === 'green') return mergeRed('merge queue', pull.head)
  return ci
}

function mergeRed(what: string, head: string): Verdict {
  return {
    kind: 'red',
    stage: 'merge',
    failing: [what],
    failingChecks: [],
    infrastructureOnly: false,
    superseded: false,
    rerunDone: false,
    signature: sha256(JSON.stringify(['merge', what])),
    judged: head,
  }
}
