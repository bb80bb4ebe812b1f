import type { Line } from '../../../src/app/report.ts'
import { isAncestor } from '../../sandbox/github/state/history.ts'
import { requireRepo } from '../../sandbox/github/state/repos.ts'
import type { Lab } from '../lab.ts'
import { isStillOn, standingProblems } from '../ends.ts'
import { cardsOn, epochsOf, issuesOf, labelsOf, lock, ready, threadsIn } from '../seen.ts'
import { recentThreads } from './bell-book.ts'
import { repos, type Play } from './stageplay.ts'

/** Rounds of two minutes within which everything must have come to its end once all services are well. */
const rounds = 90

/** Standing reasons: a person, or another issue, has to move before anything can (SPEC 5.1). */
const standing = ['human-label', 'untrusted-labeller', 'edited-after-label', 'blocked', 'base-red', 'already-ran']

/** What has been wrong at any time up to now. */
export function safetyProblems({ lab, broken, book }: Play): readonly string[] {
  return [...lab.monitor.broken, ...lab.monitor.lostUpdates, ...broken, ...boundProblems(lab), ...book.twice()]
}

/** Lets the loop come to its end, with services that are well in the end, and says of every issue that has not. */
export async function livenessProblems(play: Play): Promise<readonly string[]> {
  const { lab } = play
  play.open()
  let isWell = false
  let lines: readonly Line[] = []
  let quiet = 0
  // What was sent within this hour is found by its thread alone (SPEC 6.1).
  const since = lab.clock.now() - 3000 * 1000
  for (let round = 0; round < rounds && quiet < 3; round += 1) {
    play.settle()
    const polled = await lab.tick('poller', { around: play.around })
    const watched = await lab.tick('watcher', { around: play.around })
    lines = [...polled.lines, ...watched.lines]
    for (const { written } of [polled, watched]) play.book.note(written)
    const isIdle = polled.written.length === 0 && watched.written.length === 0
    await lab.pass(isIdle ? 310 : 60)
    // Until nothing moves any more, what was to fail fails: most operations are asked for only now.
    if (isIdle && !isWell) {
      play.heal()
      isWell = true
    }
    quiet = isWell && isIdle && isAtRest(play, since) ? quiet + 1 : 0
  }
  return [
    ...safetyProblems(play),
    ...restProblems(play, lines, since),
    ...play.book.untold(since),
    ...protectedProblems(lab),
    ...closedProblems(lab),
  ]
}

function isAtRest(play: Play, since: number): boolean {
  return restProblems(play, null, since).length === 0
}

function restProblems({ lab, book }: Play, lines: readonly Line[] | null, since: number): readonly string[] {
  const problems: string[] = standingProblems(lab).filter((what) => !isPersons(what))
  for (const repo of repos) {
    const stuck = stuckLocks(lines ?? [], repo)
    const recent = recentThreads(lab.world, repo, since)
    for (const issue of issuesOf(lab.world, repo)) {
      const { number, state } = issue
      const name = `${repo}#${number}`
      const labels = labelsOf(lab.world, repo, number)
      const cards = cardsOn(lab.world, repo, number)
      // A person unlocked it while nothing of afk ran for over an hour, or its thread is gone: nothing leads to that run any more, and
      // nothing of it works. Its card may stay as it was.
      // Nor does a half-done dispatch go on while a stray lock holds its repo.
      const isHeld = stuck.some((other) => other !== number) && labels.includes(ready)
      const leads = (runId: string) => !isHeld && (labels.includes(lock) || recent.has(runId))
      // Labelled anew since, and no card of the old run that anybody believes: nothing tells what is left to do.
      const isForgotten = (epoch: string) => book.isTampered(name) && epoch !== epochsOf(issue).at(-1)?.nodeId
      if (cards.some(({ outcome, runId, epoch }) => outcome === null && leads(runId) && !isForgotten(epoch)))
        problems.push(`${name}: a card without an outcome`)
      if (labels.includes(lock) && cards.length > 0) problems.push(`${name}: still locked`)
      // A card that somebody wrote into is believed no more: what is left to do of its end nobody knows.
      const last = book.isTampered(name) ? undefined : cards.at(-1)
      if (last?.outcome && leads(last.runId) && isStillOn(issue, last, labels))
        problems.push(`${name}: ${last.outcome.kind}, and the label that it answered is still on`)
      if (lines !== null && labels.includes(ready) && state === 'open') {
        const codes = codesOf(lines, repo, number)
        // Nor is an epoch whose lock somebody took off ever started again: it asks for the label anew.
        const isSpent = !labels.includes(lock) || stuck.includes(number)
        const reasons = [...standing, ...(stuck.length > 0 ? ['repo-busy'] : []), ...(isSpent ? ['in-progress'] : [])]
        if (!codes.some((code) => reasons.includes(code)))
          problems.push(`${name}: ready and not started: [${codes.join(', ')}]`)
      }
    }
  }
  return problems
}

/** Locks that people put on without a run, or whose card nobody can read: the watcher says so in each tick, until a person helps. */
function stuckLocks(lines: readonly Line[], repo: string): readonly number[] {
  return lines.flatMap((line) => {
    const codes = Array.isArray(line['codes']) ? line['codes'].map(String) : []
    const isStuck = codes.some((code) => ['lock-without-run', 'card-broken', 'card-newer'].includes(code))
    return isStuck && String(line['repo']).toLowerCase() === repo ? [Number(line['issue'])] : []
  })
}

/** What people do to labels and state after the end is theirs. */
function isPersons(problem: string): boolean {
  return ['human expected', 'still ready', 'landed and open', 'and closed', 'that it answered'].some((what) =>
    problem.includes(what),
  )
}

/** Closed before the end by a commit of the run or by an agent: to be opened is the first write of a freeze (SPEC 6.3), and of no other end. */
function closedProblems(lab: Lab): readonly string[] {
  return repos.flatMap((repo) =>
    issuesOf(lab.world, repo).flatMap((issue) => {
      const end = cardsOn(lab.world, repo, issue.number).at(-1)?.outcome
      const isLeft = end?.kind === 'frozen' && issue.state === 'closed' && (issue.closedAt ?? 0) < end.at
      return isLeft ? [`${repo}#${issue.number}: frozen, and left closed as its run had closed it`] : []
    }),
  )
}

function codesOf(lines: readonly Line[], repo: string, number: number): readonly string[] {
  const line = lines.find(
    (one) => one.event === 'decision' && String(one['repo']).toLowerCase() === repo && one['issue'] === number,
  )
  const codes = line?.['codes']
  return Array.isArray(codes) ? codes.map(String) : ['no decision']
}

/** SPEC 4, `protectedPaths`: what a run has landed changes nothing of them, by whichever of its commits. */
function protectedProblems(lab: Lab): readonly string[] {
  return repos.flatMap((name) => {
    const repo = requireRepo(lab.world.github, name)
    const landed = issuesOf(lab.world, name)
      .flatMap(({ number }) => cardsOn(lab.world, name, number))
      .filter(({ outcome }) => outcome?.kind === 'landed')
    return landed.flatMap(({ runId, head }) =>
      [...repo.commits.values()]
        .filter(
          ({ message, files }) => message.includes(runId) && files.some(({ path }) => path.startsWith('.github/')),
        )
        .filter(({ sha }) => head !== null && (sha === head.sha || isAncestor(repo, sha, head.sha)))
        .map(({ sha }) => `run ${runId} has landed, and its commit ${sha} changes .github/**`),
    )
  })
}

/** No run gets more turns than its caps allow, whatever befalls it: one start, two fixes, one nudge, retries for each. */
function boundProblems(lab: Lab): readonly string[] {
  const most = (1 + 2 + 1) * 2 + 2
  return repos.flatMap((repo) =>
    threadsIn(lab.world, repo).flatMap(({ id, turns }) =>
      turns.length > most ? [`thread ${id} got ${turns.length} turns, at most ${most} are possible`] : [],
    ),
  )
}
