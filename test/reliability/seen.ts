import { parseAnswer } from '../../src/adapters/t3/parse.ts'
import { threadAnswer } from '../../src/adapters/t3/schemas.ts'
import { viewOf } from '../../src/adapters/t3/view.ts'
import { parseCard } from '../../src/core/card/card-parse.ts'
import type { Card } from '../../src/core/card/card.ts'
import { reviewThreadIdOf, runIdOf } from '../../src/core/ids.ts'
import type { ThreadView } from '../../src/core/model.ts'
import type { Issue, IssueEvent } from '../sandbox/github/state/issue-model.ts'
import { requireIssue } from '../sandbox/github/state/issues.ts'
import { requireRepo } from '../sandbox/github/state/repos.ts'
import type { Message } from '../sandbox/t3/model.ts'
import type { World } from '../sandbox/world.ts'

/** The world as it is, for those who judge afk by it. */

export interface SeenThread {
  readonly id: string
  /** The issue that its title names. */
  readonly number: number
  readonly view: ThreadView
  /** It is a second agent's, which reviews what a run of the issue has made (SPEC 15.4). */
  readonly reviews: boolean
  /** Texts of the turns that were sent to it. */
  readonly turns: readonly string[]
}

export const ready = 'ready-for-agent'
export const lock = 'agent-in-progress'
export const human = 'ready-for-human'

/** All threads that T3 shows and whose title names an issue of this repo. */
export function threadsIn(world: World, repo: string): readonly SeenThread[] {
  return world.t3.titles().flatMap(({ id, title }) => {
    const match = /^(\S+)#(\d+)/.exec(title)
    if (match?.[1]?.toLowerCase() !== repo.toLowerCase()) return []
    const body = world.t3.peekThread(id) as { thread: { messages: readonly Message[] } } | null
    if (body === null) return []
    const view = viewOf(parseAnswer(threadAnswer, body, 'detail', 'the lab').thread, world.t3.clock.now())
    const turns = body.thread.messages.flatMap(({ role, text }) => (role === 'user' ? [text] : []))
    const number = Number(match[2])
    return [{ id, number, view, reviews: reviewIds(world, repo, number).includes(id), turns }]
  })
}

const rounds = [1, 2, 3, 4, 5, 6]

function reviewIds(world: World, repo: string, number: number): readonly string[] {
  const runs = epochsOf(issueAt(world, repo, number)).map(({ nodeId }) => runIdOf(repo, number, nodeId))
  return runs.flatMap(reviewIdsOf)
}

/** Asked for after every write of thousands of histories. */
const reviewIdsKnown = new Map<string, readonly string[]>()

function reviewIdsOf(runId: string): readonly string[] {
  const ids = reviewIdsKnown.get(runId) ?? rounds.map((round) => reviewThreadIdOf(runId, round))
  reviewIdsKnown.set(runId, ids)
  return ids
}

/** An agent works, waits, or is about to; what has been silent for too long does none of it (SPEC 8.3). */
export function isBusy({ view }: SeenThread, now: number, stallSeconds: number, startGraceSeconds: number): boolean {
  const silent = (now - (view.lastSignAt ?? now)) / 1000
  if (view.state === 'working' || view.state === 'waiting') return silent <= stallSeconds
  // From the message on: a turn that was interrupted looks for ten seconds as if the next were to begin, and what it left is a sign.
  const asked = (now - (view.messages.at(-1)?.at ?? now)) / 1000
  return view.state === 'starting' && asked <= startGraceSeconds
}

export function issuesOf(world: World, repo: string): readonly Issue[] {
  return requireRepo(world.github, repo).issues.filter(({ isPullRequest }) => !isPullRequest)
}

export function issueAt(world: World, repo: string, number: number): Issue {
  return requireIssue(requireRepo(world.github, repo), number)
}

export function labelsOf(world: World, repo: string, number: number): readonly string[] {
  return issueAt(world, repo, number)
    .labels.map(({ name }) => name)
    .toSorted()
}

/** Cards in comments of afk's own, one a comment: a double counts twice. */
export function cardsOn(world: World, repo: string, number: number): readonly Card[] {
  return issueAt(world, repo, number).comments.flatMap(({ author, body }) => (author === 'afk' ? cardIn(body) : []))
}

/** The last few hundred: the same cards are looked at after every write. */
const read = new Map<string, readonly Card[]>()

function cardIn(body: string): readonly Card[] {
  const known = read.get(body)
  if (known !== undefined) return known
  if (read.size > 500) read.clear()
  const parsed = parseCard(body)
  const cards = parsed.kind === 'card' ? [parsed.card] : []
  read.set(body, cards)
  return cards
}

/** Every time that the ready label was put on, oldest first. */
export function epochsOf(issue: Issue): readonly IssueEvent[] {
  return issue.events.filter(({ detail }) => detail.event === 'labeled' && detail.label.name === ready)
}

/** A person took the lock or the ready label off after this epoch began, whatever was put on since. */
export function isEndedByPerson(issue: Issue, epoch: IssueEvent): boolean {
  const after = issue.events.slice(issue.events.indexOf(epoch) + 1)
  return after.some(
    ({ detail, actor }) => detail.event === 'unlabeled' && [lock, ready].includes(detail.label.name) && actor !== 'afk',
  )
}
