/** What people are told of a pull request that waits for one of them. */
export interface ReadyWords {
  /** After `ready to merge`: what it is not ready for. */
  readonly but: string
  readonly why: string
  /** What a person does, and what happens then. */
  readonly next: string
}

/** By the code of the decision, which may be one of another version. */
export function readyWords(why: string): ReadyWords {
  return readyReasons[why] ?? anyReason
}

const anyReason: ReadyWords = {
  but: '',
  why: 'The work is finished and its checks are green. A person has to merge it.',
  next: 'Look at the pull request and merge it.',
}

/** By the code of the decision. */
export const readyReasons: { readonly [why: string]: ReadyWords } = {
  'merge-human': {
    but: '',
    why: 'The work is finished and its checks are green. In this repo a person merges.',
    next: 'Look at the pull request and merge it.',
  },
  draft: {
    but: ' once it is no draft',
    why: 'The work is finished and its checks are green, but the pull request is a draft.',
    next: 'Mark it as ready for review: afk then merges it by itself.',
  },
  'changes-requested': {
    but: ' once a review is settled',
    why: 'The checks are green, and a reviewer has requested changes: that review has to be settled first.',
    next: 'The reviewer approves, or somebody dismisses the review: afk then merges it by itself. A conversation about lines of it goes to the agent.',
  },
  'review-required': {
    but: ' but for a review',
    why: 'The checks are green, and this branch requires a review before a merge.',
    next: 'Review and approve it: afk then merges it by itself.',
  },
  'merge-refused': {
    but: ', and GitHub refuses it',
    why: 'The work is finished and its checks are green, but GitHub does not let afk merge it.',
    next: 'Merge it, or do away with what GitHub refuses it for: afk tries again by itself.',
  },
  'merge-blocked': {
    but: ' but for something that its branch requires',
    why: 'The checks that afk knows of are green, but the branch requires something more before a merge.',
    next: 'The box at the end of the pull request says what is missing. See to that: afk then merges it by itself.',
  },
}
