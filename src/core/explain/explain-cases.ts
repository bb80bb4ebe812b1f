import type { Card, Outcome } from '../card/card.ts'
import type { Explanation } from './explain.ts'
import { relabel, thenRelabel } from './explain-outcomes.ts'

/** How the details of a stop begin where its code alone does not tell what happened. afk's own words, before any of an agent's. */
export const detailStarts = {
  /** `unanswered`: no question, but T3's asking for an approval. */
  noApproval: 'nobody answered its request for approval in T3',
  /** `unanswered`: it was the reviewing agent that asked in T3. */
  noAnswerToReviewer: 'nobody answered the agent that reviews the work',
  /** `stagnant`: no check that failed again, but conversations of people. */
  sameComments: 'the same review comments stay open',
  /** `budget`: one of the two limits. */
  attemptsSpent: 'still red after',
  timeSpent: 'still red for',
  /** `start-failed`: it never reached T3. */
  turnRefused: 'T3 refused the turn',
  turnUndelivered: 'the turn did not arrive in T3 within',
  /** `no-push`: it did report one (`uncounted-report.ts`). */
  unsigned: 'it reported a commit without the trailer of its run',
  missing: 'it reported a commit that is not on the default branch',
  unproposed: 'it reported its work, and no pull request of its run is open',
  proposed: 'it reported a pull request where work lands by a push',
  /** `unapproved`: whatever was said to afk, its account may not let the deployment go. */
  notReleased: 'nobody released its deployment on GitHub',
} as const

/** What is to be said otherwise of this end than of others with its code, by its details and by where its work stands. */
export function caseOf(
  { reason, detail = '' }: Pick<Outcome, 'reason'> & { readonly detail?: string },
  { pull }: Pick<Card, 'pull'>,
): Partial<Explanation> {
  const isOpen = pull !== undefined && pull.merged === null
  return {
    ...(isOpen && Object.hasOwn(inOpenPull, reason) ? inOpenPull[reason] : {}),
    ...byDetails.find((one) => one.reason === reason && detail.startsWith(one.start))?.words,
  }
}

const closeAndRelabel = `close the pull request and ${relabel}`

/** Nothing of it is on the default branch yet: there is nothing to revert, and a person can still merge it or close it. */
const inOpenPull: { readonly [code: string]: Partial<Explanation> } = {
  'no-signal': {
    meaning: 'The pull request is open, but not a single check reported on it in time.',
    remedy: `Check that the workflows run on pull requests, and that the agent's pushes start them too (a push with a workflow's own token starts none). If the repo has no CI, set "ci: none". When that is settled, ${closeAndRelabel}`,
  },
  stagnant: {
    remedy: `Fix the last failures on its branch by hand and merge the pull request, or close it. Or write into the issue what the agent has missed, ${closeAndRelabel}`,
  },
  budget: {
    remedy: `Fix what still fails on its branch by hand and merge the pull request, or close it. Or write into the issue how to go on, ${closeAndRelabel}`,
  },
  'protected-path': {
    meaning: 'The pull request changes files that no run may change without a review by a person (protectedPaths).',
    remedy:
      "Review these changes as you would a stranger's. If they are wanted, merge the pull request by hand and close the issue; if not, close the pull request. To allow such changes in general, set allowProtectedPaths.",
  },
  'no-change': {
    remedy: `If that is right, merge the pull request by hand or close it, and close the issue. If not, write into the issue what is missing, ${closeAndRelabel}`,
  },
}

const byDetails: readonly { readonly reason: string; readonly start: string; readonly words: Partial<Explanation> }[] =
  [
    {
      reason: 'unanswered',
      start: detailStarts.noApproval,
      words: {
        meaning: 'The agent asked in T3 for an approval, and nobody gave or refused it in time.',
        remedy: `Let it work without such approvals (runtimeMode) or give people more time (questionMaxSeconds), ${thenRelabel}`,
      },
    },
    {
      reason: 'unanswered',
      start: detailStarts.noAnswerToReviewer,
      words: {
        meaning:
          'The work is finished, but the agent that reviews it asked something in T3, and nobody answered it in time.',
        remedy: `Review the pull request yourself and merge it by hand, or close it. To have it done anew, ${closeAndRelabel} How long a run waits for people is questionMaxSeconds; whether agents ask for approvals is runtimeMode.`,
      },
    },
    {
      reason: 'stagnant',
      start: detailStarts.sameComments,
      words: {
        meaning:
          'The same conversations of people in the pull request stayed open, however often the agent was sent them.',
        remedy: `Read these conversations and what the agent said to them. Settle them and merge the pull request by hand, or close it. Or write into the issue what the agent has missed, ${closeAndRelabel}`,
      },
    },
    {
      reason: 'unapproved',
      start: detailStarts.notReleased,
      words: {
        title: 'nobody released its deployment',
        meaning:
          'GitHub holds the deployment back, the account of afk may not let it go, and nobody who may did so in time.',
        remedy: `Approve the deployment at its workflow run on GitHub, or reject it there. Make the account of afk a reviewer of the environment (and its token able to), so that a yes is enough. To have the work done anew, ${relabel}`,
      },
    },
    {
      reason: 'start-failed',
      start: detailStarts.turnRefused,
      words: {
        title: 'T3 refuses its turns',
        meaning: 'T3 refused what was to be sent to the agent, however often it was tried.',
        remedy: `Look at the log of T3, and whether its version is one that afk supports. When that is fixed, ${relabel}`,
      },
    },
    {
      reason: 'start-failed',
      start: detailStarts.turnUndelivered,
      words: {
        title: 'its turns do not reach T3',
        meaning: 'What was to be sent to the agent never arrived in T3, however often it was tried.',
        remedy: `Look at the log of T3, and whether afk's token may operate there (afk doctor tells). When that is fixed, ${relabel}`,
      },
    },
    {
      reason: 'no-push',
      start: detailStarts.unsigned,
      words: {
        title: 'what it pushed is not signed',
        meaning:
          'The agent reported a commit that is on the default branch, but without the trailer of its run (AFK-Run). So afk cannot tell that the work is its own, and has verified nothing of it.',
        remedy: `Look at that commit and its checks, and close the issue if it is good. Otherwise revert it, ${thenRelabel}`,
      },
    },
    {
      reason: 'no-push',
      start: detailStarts.missing,
      words: {
        title: 'its push never arrived',
        meaning: 'The agent reported a commit as pushed, but it is not on the default branch.',
        remedy: `Look in the thread at its push: most often it was refused, or went to another branch. When that is fixed, ${relabel}`,
      },
    },
    {
      reason: 'no-push',
      start: detailStarts.unproposed,
      words: {
        title: 'no pull request',
        meaning: 'The agent reported its work as handed over, but afk finds no open pull request of this run.',
        remedy: `Read its last words in the thread: most often it could not push or open the pull request, or opened it from a fork. When that is fixed, ${relabel}`,
      },
    },
    {
      reason: 'no-push',
      start: detailStarts.proposed,
      words: {
        title: 'a pull request instead of a push',
        meaning: 'The agent reported a pull request, but here work lands by a push to the default branch.',
        remedy: `Merge it by hand if it is good, or close it. If pull requests are what is wanted here, set landing to pull-request, ${thenRelabel}`,
      },
    },
    { reason: 'budget', start: detailStarts.attemptsSpent, words: { title: 'out of attempts' } },
    {
      reason: 'budget',
      start: detailStarts.timeSpent,
      words: {
        title: 'out of time',
        meaning: 'The work is still red, and the time for corrective turns is used up (fixForward.maxSeconds).',
      },
    },
  ]
