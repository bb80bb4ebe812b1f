import { expect } from 'vitest'
import { parseCard } from '../../src/core/card/card-parse.ts'
import type { Card } from '../../src/core/card/card.ts'
import { requireIssue } from '../sandbox/github/state/issues.ts'
import { settle } from '../sandbox/github/state/settle.ts'
import { requireRepo } from '../sandbox/github/state/repos.ts'
import type { PullRequest } from '../sandbox/github/state/pulls.ts'
import { worksAndReviews, type ReviewScript } from '../sandbox/t3/pull-work.ts'
import type { TurnContext } from '../sandbox/t3/agent.ts'
import type { Job } from '../sandbox/t3/work.ts'
import type { World } from '../sandbox/world.ts'
import { expectLanded, labelled, repo, type Setting } from './scenario.ts'
import type { Stage, TickOptions } from './stage.ts'

/** What histories of landing by pull request have in common (SPEC 15). */

export const settings = 'agentLogins: [afk-agent]\nciSettleSeconds: 0\nlanding: pull-request\n'
/** Nobody but people looks. */
export const unreviewed = `${settings}review: { rounds: 0 }\n`

/** An agent that opens a pull request, and reviews what its other threads open; CI of each turn's push is one of these words. */
export function crewOf(rounds: ReviewScript['rounds'] = [], ci: readonly string[] = []): NonNullable<Setting['agent']> {
  return working(({ turnNumber }) => ({ ci: ci[turnNumber - 1] ?? 'green' }), rounds)
}

export function working(
  job: (turn: TurnContext) => Job,
  rounds: ReviewScript['rounds'] = [],
): NonNullable<Setting['agent']> {
  return (world: World) => worksAndReviews(world.crew, { rounds }, job)
}

/** Dispatched, at work, and its pull request is open with green checks: the next watcher tick sees it. Answers the issue. */
export async function opened(stage: Stage, seconds = 30): Promise<number> {
  const number = await labelled(stage)
  await stage.poll()
  await stage.pass(seconds)
  return number
}

/** Ticks of the watcher alone, until `done` says so. */
export async function watching(
  stage: Stage,
  times: number,
  every = 20,
  done: () => boolean = () => false,
): Promise<void> {
  for (let n = 0; n < times && !done(); n += 1) {
    await stage.watch()
    await stage.pass(every)
  }
}

/** The watcher's ticks until the run is over. */
export async function untilOver(stage: Stage, number: number, times = 14, every = 20): Promise<void> {
  await watching(stage, times, every, () => cardOf(stage, number)?.outcome != null)
  expect(cardOf(stage, number)?.outcome ?? null).not.toBeNull()
}

export function cardOf(stage: Stage, number: number): Card | undefined {
  return stage.cards(repo, number)[0]
}

export function outcomeOf(stage: Stage, number: number): string {
  const outcome = cardOf(stage, number)?.outcome
  return outcome == null ? 'none' : `${outcome.kind} (${outcome.reason})`
}

/** All pull requests of the repo, oldest first, as they are now. */
export function pullsOf(stage: Stage): readonly PullRequest[] {
  const { github } = stage.world
  settle(github)
  return [...requireRepo(github, repo).issues.values()].flatMap((issue) =>
    issue.pull === null ? [] : [{ issue, pull: issue.pull }],
  )
}

/** The newest pull request. */
export function pullOf(stage: Stage): PullRequest & { readonly number: number } {
  const found = pullsOf(stage).at(-1)
  if (found === undefined) throw new Error('no pull request was opened')
  return { ...found, number: found.issue.number }
}

/** Comments of afk's on an issue or a pull request, without their tags; cards left out. */
export function notesOn(stage: Stage, number: number): readonly string[] {
  return requireIssue(requireRepo(stage.world.github, repo), number)
    .comments.filter(({ author, body }) => author === 'afk' && parseCard(body).kind === 'none')
    .map(({ body }) => body)
}

/** What the newest doorbell tells people to do. */
export function nextOf(stage: Stage): string {
  return stage.bells.rung.at(-1)?.paragraphs.find(({ label }) => label === 'Next')?.text ?? ''
}

/** Requests that merged something, or handed it to a queue. */
export function merges(stage: Stage): number {
  return stage.github.requests.filter(
    ({ method, path, text, status }) =>
      status === 200 && ((method === 'PUT' && path.endsWith('/merge')) || text.includes('enqueuePullRequest(')),
  ).length
}

/** Landed, merged by afk once, and every turn in one thread of the run's own. */
export function expectMerged(stage: Stage, number: number, times = 1): void {
  expectLanded(stage, number)
  expect(merges(stage)).toBe(times)
}

/** Nothing of the run came onto the default branch. */
export function expectUnmerged(stage: Stage): void {
  expect(merges(stage)).toBe(0)
  for (const { pull } of pullsOf(stage)) expect(pull.mergedAt).toBeNull()
}

/** What was sent to agents that speaks of this. */
export function turnsAbout(stage: Stage, words: string): readonly string[] {
  return stage.turns().flatMap(({ text }) => (text.includes(words) ? [text] : []))
}

/** A repo of the world in which a person changes what counts while a tick is between its look and its first write. */
export const between = (change: () => void | Promise<void>): TickOptions => ({ beforeFirstWrite: change })
