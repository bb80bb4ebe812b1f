import { recordEvent, type Actor } from './events.ts'
import { nextIds } from './ids.ts'
import type { Issue } from './issue-model.ts'
import type { GitHubState } from './model.ts'
import type { Pull, Review, ReviewState } from './pull-model.ts'
import { requireLogin } from './users.ts'

export interface ReviewInput {
  state: Exclude<ReviewState, 'DISMISSED'>
  body?: string
  /** Default: the head. */
  commitSha?: string
}

export function addReview(state: GitHubState, issue: Issue, pull: Pull, input: ReviewInput, actor: Actor): Review {
  const now = state.clock.now()
  const review: Review = {
    ...nextIds(state, 'PRR'),
    author: requireLogin(state, actor.login ?? 'ghost'),
    state: input.state,
    body: input.body ?? '',
    commitSha: input.commitSha ?? pull.headSha,
    submittedAt: now,
    viaApp: actor.viaApp ?? null,
  }
  pull.reviews.push(review)
  pull.requestedReviewers = pull.requestedReviewers.filter((login) => login !== review.author)
  issue.updatedAt = now
  return review
}

/** False when it is neither an approval nor a request for changes: GitHub dismisses nothing else. */
export function dismissReview(
  state: GitHubState,
  issue: Issue,
  review: Review,
  message: string | null,
  actor: Actor,
): boolean {
  if (review.state !== 'APPROVED' && review.state !== 'CHANGES_REQUESTED') return false
  const was = review.state.toLowerCase()
  review.state = 'DISMISSED'
  recordEvent(state, issue, actor, { event: 'review_dismissed', reviewId: review.id, was, message })
  return true
}

/** A push takes the approvals back where the base says so; requests for changes stay. */
export function dismissStale(state: GitHubState, issue: Issue, pull: Pull, pusher: string): void {
  for (const review of pull.reviews)
    if (review.state === 'APPROVED') dismissReview(state, issue, review, null, { login: pusher })
}

/** Each reviewer's newest word, in the order of their reviews. Comments alone change no opinion. */
export function opinionsOf(pull: Pull): Review[] {
  return newestEach(pull.reviews.filter((review) => review.state !== 'COMMENTED'))
}

/** Each reviewer's newest review, comments too. */
export function latestReviewsOf(pull: Pull): Review[] {
  return newestEach(pull.reviews)
}

function newestEach(reviews: Review[]): Review[] {
  return reviews.filter((review, index) => !reviews.slice(index + 1).some((later) => later.author === review.author))
}
