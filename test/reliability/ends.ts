import type { Card } from '../../src/core/card/card.ts'
import type { DoorbellMessage } from '../../src/core/effects.ts'
import type { Issue } from '../sandbox/github/state/issue-model.ts'
import type { Repo } from '../sandbox/github/state/model.ts'
import { pullsOf } from '../sandbox/github/state/pulls.ts'
import { requireRepo } from '../sandbox/github/state/repos.ts'
import type { Lab } from './lab.ts'
import type { Scenario } from './scenarios.ts'
import { cardsOn, epochsOf, human, isBusy, issuesOf, labelsOf, lock, ready, threadsIn } from './seen.ts'

/** What is wrong with the end of a scenario; empty = all as it must be. */
export function endProblems(lab: Lab, scenario: Scenario, mayRingTwice: boolean): readonly string[] {
  const { world, repos } = lab
  const cards = repos.flatMap((repo) => issuesOf(world, repo).flatMap(({ number }) => cardsOn(world, repo, number)))
  const ends = cards.map(({ outcome }) => (outcome === null ? 'open' : `${outcome.kind} (${outcome.reason})`))
  const turns = repos.flatMap((repo) => threadsIn(world, repo)).reduce((sum, thread) => sum + thread.turns.length, 0)
  const silent = repos.flatMap((repo) => silenceProblems(requireRepo(world.github, repo)))
  const problems = [...standingProblems(lab), ...silent, ...bellProblems(lab, cards, mayRingTwice)]
  if (ends.join(', ') !== scenario.ends.join(', '))
    problems.push(`ended as [${ends.join(', ')}], expected [${scenario.ends.join(', ')}]`)
  if (turns !== scenario.turns) problems.push(`${turns} turns were sent, expected ${scenario.turns}`)
  return problems
}

/** One card a run, labels and state as the newest run's outcome demands, nobody at work. */
export function standingProblems({ world, repos, policy }: Lab): readonly string[] {
  const problems: string[] = []
  for (const repo of repos) {
    problems.push(...noteProblems(requireRepo(world.github, repo)))
    for (const issue of issuesOf(world, repo)) {
      const name = `${repo}#${issue.number}`
      const cards = cardsOn(world, repo, issue.number)
      const labels = labelsOf(world, repo, issue.number)
      if (new Set(cards.map(({ runId }) => runId)).size !== cards.length) problems.push(`${name}: two cards of one run`)
      const card = cards.at(-1)
      const last = card?.outcome
      if (last == null) continue
      if (labels.includes(lock)) problems.push(`${name}: ${last.kind} and still locked`)
      if (last.kind === 'landed' && issue.state !== 'closed') problems.push(`${name}: landed and open`)
      if (last.kind !== 'cancelled' && labels.includes(ready)) problems.push(`${name}: ${last.kind} and still ready`)
      if (card && isStillOn(issue, card, labels))
        problems.push(`${name}: ${last.kind}, and the label that it answered is still on`)
      const wantsHuman = last.kind === 'frozen' || last.kind === 'escalated'
      if (wantsHuman && issue.state === 'closed') problems.push(`${name}: ${last.kind} and closed`)
      if (labels.includes(human) !== wantsHuman)
        problems.push(`${name}: ${last.kind}, labels [${labels.join(', ')}], human expected: ${wantsHuman}`)
    }
    const { stallSeconds, startGraceSeconds } = policy.repo(repo)
    for (const thread of threadsIn(world, repo)) {
      if (isBusy(thread, world.t3.clock.now(), stallSeconds, startGraceSeconds))
        problems.push(`${repo}#${thread.number}: its thread is still ${thread.view.state}`)
    }
  }
  return problems
}

/** Put on anew the label asks for another run; that which this run answered has to be gone, however the run ended. */
export function isStillOn(issue: Issue, { epoch }: Card, labels: readonly string[]): boolean {
  return labels.includes(ready) && epochsOf(issue).at(-1)?.nodeId === epoch
}

/** The doorbell of an end; null: nobody is told of it. */
export const bellOf = { landed: 'done', frozen: 'frozen', escalated: 'needs-human', cancelled: null } as const

/** Every end that is worth a bell rang it, once; twice at the one crash point that SPEC 9 allows. */
function bellProblems({ bells, monitor }: Lab, cards: readonly Card[], mayRingTwice: boolean): readonly string[] {
  const problems: string[] = []
  // Without a lock each end may ring twice; one whose outcome a slower watcher wrote over comes to its end once more.
  const spare = mayRingTwice ? 1 + monitor.lostUpdates.length : 0
  const expected = new Map<string, number>()
  for (const { outcome, repo, issue } of cards) {
    const kind = outcome && bellOf[outcome.kind]
    if (kind) expected.set(`${kind} ${repo}#${issue}`, (expected.get(`${kind} ${repo}#${issue}`) ?? 0) + 1)
  }
  const rung = bells.rung
    .filter(({ kind }) => !asking.includes(kind))
    .map(({ kind, repo, issue }) => `${kind} ${String(repo).toLowerCase()}#${String(issue)}`)
  for (const [bell, times] of expected) {
    const count = rung.filter((one) => one === bell).length
    if (count < times) problems.push(`${bell} rang ${count} times, expected ${times}`)
    if (count > times + spare) problems.push(`${bell} rang ${count} times, expected ${times}`)
  }
  for (const bell of new Set(rung)) if (!expected.has(bell)) problems.push(`${bell} rang for nothing`)
  const asked = bells.rung.filter(({ kind }) => asking.includes(kind)).map(nameOf)
  for (const name of new Set(asked)) {
    const count = asked.filter((one) => one === name).length
    // Rung before it is recorded: two watchers without a lock may both ring within one request.
    if (count > (mayRingTwice ? 2 : 1)) problems.push(`${name} rang ${count} times`)
  }
  return problems
}

const asking: readonly string[] = ['waiting', 'question', 'approval', 'ready-to-merge']

/** What it asks, of whom, and for which commit: the same once more is the same bell twice. */
function nameOf({ kind, repo, issue, paragraphs }: DoorbellMessage): string {
  const quotes = paragraphs.map(({ quote = '' }) => quote).join(' ')
  return `${kind} ${String(repo)}#${String(issue)} (${quotes})`
}

/** Comments beside the card are posted once, whoever dies (SPEC 16). */
function noteProblems(repo: Repo): readonly string[] {
  const tags = [...repo.issues.values()].flatMap(({ comments }) =>
    comments.flatMap(({ author, body }) => (author === 'afk' ? (noteLine.exec(body)?.[0] ?? []) : [])),
  )
  return [...new Set(tags)]
    .filter((tag) => tags.indexOf(tag) !== tags.lastIndexOf(tag))
    .map((tag) => `twice in ${repo.name}: ${tag}`)
}

/** What afk resolves in a review it answers there (SPEC 15.4), unless a person ends the life in between: nobody does in a scenario. */
function silenceProblems(repo: Repo): readonly string[] {
  return pullsOf(repo).flatMap(({ issue, pull }) =>
    pull.threads.flatMap(({ resolvedBy, comments }) =>
      resolvedBy !== 'afk' || comments.some(({ author }) => author === 'afk')
        ? []
        : [`${repo.name}#${issue.number}: a conversation was resolved without a word`],
    ),
  )
}

const noteLine = /^<!-- afk:note .* -->$/mu
