import type { Explanation } from './explain.ts'

/**
 * Why a run that lands by pull request is not merged yet, by the code of a `wait` (SPEC 15.3, 15.5, 16). The title says who or what it
 * waits for, the remedy what a person can do about it.
 */
export const mergeWaits = {
  busy: {
    title: 'the agent',
    meaning: 'The agent is at work: nothing is merged under its hands.',
    remedy: 'Wait, or look at its thread.',
  },
  'driven-by-person': {
    title: 'the agent, driven by a person in T3',
    meaning: 'Somebody wrote to the agent in T3; afk sends and merges nothing until that turn is over.',
    remedy: 'Finish what you began in T3.',
  },
  'ci-pending': {
    title: 'CI',
    meaning: 'Checks of its newest commit are still running.',
    remedy:
      'Wait. A check in requiredChecks that never appears stops the run after ciStartGraceSeconds or ciMaxSeconds.',
  },
  question: {
    title: 'an answer of a person on the issue',
    meaning: 'The agent asked something on the issue.',
    remedy: 'Answer there with a comment; the first one by a trusted person goes to the agent.',
  },
  reviewing: {
    title: 'the agent that reviews it',
    meaning: 'A second agent looks at the pull request (`review.rounds`).',
    remedy: 'Wait. What it finds goes to the agent, and then CI runs again.',
  },
  'approval-merge': {
    title: "a person's yes to merge",
    meaning: 'The configuration wants a yes before a merge (`approval.before`), for this very commit.',
    remedy:
      'Somebody whom approval.by names reacts in Slack, approves the pull request, or comments `/afk approve <sha>`.',
  },
  'approval-deploy': {
    title: "a person's yes to deploy",
    meaning: 'It is merged, and a GitHub environment holds its deployment back.',
    remedy: 'Somebody whom approval.by names reacts in Slack or comments `/afk approve <sha>` on the issue.',
  },
  'deploy-on-github': {
    title: 'a person, at the deployment on GitHub',
    meaning: "A GitHub environment holds the deployment back, and afk's account may not release it there.",
    remedy: 'Somebody who reviews that environment approves it on GitHub; the card links to it.',
  },
  'merge-human': {
    title: 'a person, at the pull request (merge-human)',
    meaning: 'It is ready, and in this repo a person merges (`merge: human`).',
    remedy: 'Merge it.',
  },
  draft: {
    title: 'a person, at the pull request (draft)',
    meaning: 'It is a draft.',
    remedy: 'Mark it as ready for review; afk then merges it.',
  },
  'changes-requested': {
    title: 'a person, at the pull request (changes-requested)',
    meaning:
      'A reviewer requested changes. The word of somebody trusted counts also where the branch requires no review.',
    remedy: 'The reviewer approves, or the review is dismissed; afk then merges it.',
  },
  'review-required': {
    title: 'a person, at the pull request (review-required)',
    meaning: 'The branch requires a review before a merge.',
    remedy: 'Somebody who may reviews and approves it on GitHub; afk then merges it.',
  },
  'merge-refused': {
    title: 'a person, at the pull request (merge-refused)',
    meaning: 'GitHub refused the merge: the account of afk may not, or not as things are.',
    remedy:
      'Merge it, or do away with the reason, such as a right that the account lacks: afk tries again as soon as GitHub says something else of it or somebody approves it, and about every ten minutes while GitHub calls it ready.',
  },
  'merge-blocked': {
    title: 'a person, at the pull request (merge-blocked)',
    meaning: 'The branch requires something that afk does not know of, such as a check that never ran.',
    remedy: 'Look at the box at the end of the pull request: it says what is missing.',
  },
  'mergeability-unknown': {
    title: 'GitHub to say whether it can be merged',
    meaning: 'GitHub has not computed yet whether it can be merged.',
    remedy: 'Wait a moment.',
  },
  merging: {
    title: 'its merge to show',
    meaning: 'It was merged or queued a moment ago, and that does not show yet.',
    remedy: 'Wait a moment.',
  },
  'in-merge-queue': {
    title: 'the merge queue',
    meaning: 'It stands in the merge queue of the branch.',
    remedy: 'Wait; what the queue takes out goes back to the agent.',
  },
  'executor-unreachable': {
    title: 'T3 to answer',
    meaning: 'Whether the agent is at work cannot be told while T3 does not answer.',
    remedy: 'Look at T3.',
  },
} as const satisfies { readonly [code: string]: Explanation }
