import type { Line } from '../../../src/app/report.ts'
import type { Lab } from '../lab.ts'
import { standingProblems } from '../ends.ts'
import { cardsOn, issuesOf, labelsOf, lock, ready, threadsIn } from '../seen.ts'
import { repos, type Play } from './stageplay.ts'

/** Rounds of two minutes within which everything must have come to its end once all services are well. */
const rounds = 90

/** Standing reasons: a person, or another issue, has to move before anything can (SPEC 5.1). */
const standing = ['human-label', 'untrusted-labeller', 'edited-after-label', 'blocked', 'base-red', 'already-ran']

/** What has been wrong at any time up to now. */
export function safetyProblems({ lab, broken }: Play): readonly string[] {
  return [...lab.monitor.broken, ...lab.monitor.lostUpdates, ...broken, ...boundProblems(lab)]
}

/** Lets the loop come to its end, and says of every issue that has not. */
export async function livenessProblems(play: Play): Promise<readonly string[]> {
  const { lab } = play
  play.heal()
  let lines: readonly Line[] = []
  let quiet = 0
  // What was sent within this hour is found by its thread alone (SPEC 6.1).
  const since = lab.clock.now() - 3000 * 1000
  for (let round = 0; round < rounds && quiet < 3; round += 1) {
    play.settle()
    const polled = await lab.tick('poller')
    const watched = await lab.tick('watcher')
    lines = [...polled.lines, ...watched.lines]
    const isIdle = polled.written.length === 0 && watched.written.length === 0
    await lab.pass(isIdle ? 310 : 60)
    quiet = isIdle && isAtRest(lab, since) ? quiet + 1 : 0
  }
  return [...safetyProblems(play), ...restProblems(lab, lines, since)]
}

function isAtRest(lab: Lab, since: number): boolean {
  return restProblems(lab, null, since).length === 0
}

function restProblems(lab: Lab, lines: readonly Line[] | null, since: number): readonly string[] {
  const problems: string[] = standingProblems(lab).filter((what) => !isPersons(what))
  for (const repo of repos) {
    const stuck = stuckLocks(lines ?? [], repo)
    const recent = new Set(
      threadsIn(lab.world, repo).flatMap(({ id, view }) =>
        Math.max(...view.messages.map(({ at }) => at)) > since ? [id] : [],
      ),
    )
    for (const { number, state } of issuesOf(lab.world, repo)) {
      const name = `${repo}#${number}`
      const labels = labelsOf(lab.world, repo, number)
      const cards = cardsOn(lab.world, repo, number)
      // A person unlocked it while nothing of afk ran for over an hour, or its thread is gone: nothing leads to that run any more, and
      // nothing of it works. Its card may stay as it was.
      // Nor does a half-done dispatch go on while a stray lock holds its repo.
      const isHeld = stuck.some((other) => other !== number) && labels.includes(ready)
      const leads = (runId: string) => !isHeld && (labels.includes(lock) || recent.has(runId))
      if (cards.some(({ outcome, runId }) => outcome === null && leads(runId)))
        problems.push(`${name}: a card without an outcome`)
      if (labels.includes(lock) && cards.length > 0) problems.push(`${name}: still locked`)
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

/** Labels that people put on after the end are theirs. */
function isPersons(problem: string): boolean {
  return problem.includes('human expected') || problem.includes('still ready') || problem.includes('landed and open')
}

function codesOf(lines: readonly Line[], repo: string, number: number): readonly string[] {
  const line = lines.find(
    (one) => one.event === 'decision' && String(one['repo']).toLowerCase() === repo && one['issue'] === number,
  )
  const codes = line?.['codes']
  return Array.isArray(codes) ? codes.map(String) : ['no decision']
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
