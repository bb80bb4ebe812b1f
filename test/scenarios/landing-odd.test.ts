import { describe, expect } from 'vitest'
import { requireRepo } from '../sandbox/github/state/repos.ts'
import { act, finish, say } from '../sandbox/t3/steps.ts'
import { taskOf } from '../sandbox/t3/pull-work.ts'
import { expectLanded, history, human, repo, type Setting } from './scenario.ts'
import type { Stage } from './stage.ts'
import {
  cardOf,
  crewOf,
  expectMerged,
  expectUnmerged,
  merges,
  nextOf,
  opened,
  outcomeOf,
  pullOf,
  pullsOf,
  settings,
  turnsAbout,
  unreviewed,
  untilOver,
  watching,
  working,
} from './landing-stage.ts'

/** SPEC 15.2, 15.3: which pull request is the run's, and what else may become of it. */

const runIdOf = (stage: Stage, number: number) => cardOf(stage, number)?.runId ?? ''
const trailed = (words: string, runId: string) => `${words}\n\nRefs #1\n\nAFK-Run: ${runId}`

function expectFrozen(stage: Stage, number: number, reason: string): void {
  expect(outcomeOf(stage, number)).toBe(`frozen (${reason})`)
  expectUnmerged(stage)
  expect(stage.labels(repo, number)).toEqual([human])
}

/** Pushes to a branch of its own naming, or opens what it likes, and reports what the script says. */
function hands(
  script: (host: {
    push: (branch: string, words?: string) => string
    open: (branch: string) => number
    pushToMain: () => string
  }) => string,
): NonNullable<Setting['agent']> {
  return (world) => ({
    turn: (context) => {
      const task = taskOf(context)
      let report = ''
      const message = trailed('The work', task?.runId ?? '')
      const push = { author: 'afk-agent', message, files: { 'a.txt': 'a' }, ci: world.ci['green'] ?? null }
      return [
        act(() => {
          report = script({
            push: (branch, words = 'a') =>
              world.people.pushToBranch(repo, branch, { ...push, files: { [`${words}.txt`]: words } }),
            open: (branch) =>
              world.crew.pulls.openPull({ repo, branch, title: 'Work', body: 'Refs #1', author: 'afk-agent' }),
            pushToMain: () => world.people.push(repo, push),
          })
        }, 1000),
        say(() => report),
        finish(),
      ]
    },
  })
}

describe('closed without a merge', () => {
  history(
    'pr-closed',
    'a person closes it: that ends the run',
    '15.3',
    { settings: unreviewed, agent: crewOf() },
    async (stage) => {
      const number = await opened(stage)
      await stage.watch()
      stage.tell('mona closes the pull request')
      stage.world.people.closePull(repo, pullOf(stage).number, 'mona')
      await untilOver(stage, number)
      expect(outcomeOf(stage, number)).toBe('cancelled (pull-closed)')
      expectUnmerged(stage)
      expect(stage.labels(repo, number)).toEqual([])
      expect(stage.bells.rung).toEqual([])
    },
  )

  history(
    'pr-closed-by-agent',
    'the agent closes it itself: no end of the run, it is reminded, and what it opens then lands',
    '15.3',
    { settings: unreviewed, agent: crewOf() },
    async (stage) => {
      const number = await opened(stage)
      await stage.watch()
      stage.tell('the agent’s account closes the pull request')
      stage.world.people.closePull(repo, pullOf(stage).number, 'afk-agent')
      stage.world.crew.opened.clear()
      await untilOver(stage, number)
      expectMerged(stage, number)
      expect(pullsOf(stage)).toHaveLength(2)
    },
  )
})

describe('whose pull request it is', () => {
  history(
    'pr-two',
    'two open at once: nothing is merged, and a person looks',
    '15.2',
    { settings: unreviewed, agent: crewOf() },
    async (stage) => {
      const number = await opened(stage, 10)
      const { pull } = pullOf(stage)
      stage.tell('the agent opens a second one')
      const head = pull.headRef.replace('afk/1-', 'afk/1-other-')
      const message = trailed('Again', runIdOf(stage, number))
      stage.world.people.pushToBranch(repo, head, { author: 'afk-agent', message, files: { 'b.txt': 'b' } })
      stage.world.people.openPullRequest(repo, { title: 'Again', body: 'Refs #1', author: 'afk-agent', head })
      await untilOver(stage, number)
      expectFrozen(stage, number, 'ambiguous')
    },
  )

  history(
    'pr-two-later',
    'the agent opens a second one while the first is under way',
    '15.2',
    { settings: `${unreviewed}merge: human\n`, agent: crewOf() },
    async (stage) => {
      const number = await opened(stage)
      await watching(stage, 3)
      stage.tell('the agent opens a second one')
      const head = pullOf(stage).pull.headRef.replace('afk/1-', 'afk/1-other-')
      const message = trailed('Again', runIdOf(stage, number))
      stage.world.people.pushToBranch(repo, head, { author: 'afk-agent', message, files: { 'b.txt': 'b' } })
      stage.world.people.openPullRequest(repo, { title: 'Again', body: 'Refs #1', author: 'afk-agent', head })
      await watching(stage, 3)
      expectFrozen(stage, number, 'ambiguous')
    },
  )

  history(
    'pr-fork',
    'one from a fork, with the right name of its branch and the trailer, is never the run’s',
    '15.2',
    { settings: unreviewed, agent: (world) => ({ turn: () => [act(() => void world, 5000), say('Hm.'), finish()] }) },
    async (stage) => {
      const { people } = stage.world
      const number = await opened(stage)
      stage.tell('a stranger opens one from a fork')
      const fork = people.fork(repo, 'stranger')
      const runId = runIdOf(stage, number)
      const head = `afk/${number}-work-${runId.slice(0, 8)}`
      const message = trailed('Mine', runId)
      people.pushToBranch(fork, head, {
        author: 'afk-agent',
        message,
        files: { 'x.txt': 'x' },
        ci: stage.world.ci['green'] ?? null,
      })
      people.openPullRequest(repo, { title: 'Mine', body: 'Refs #1', author: 'stranger', head, fork })
      await untilOver(stage, number)
      expect(outcomeOf(stage, number)).toBe('escalated (no-push)')
      expectUnmerged(stage)
    },
  )

  history(
    'pr-stranger',
    'one on a branch of the right name whose trailer is by nobody who is believed, and which no thread has named',
    '15.2',
    { settings: unreviewed, agent: (world) => ({ turn: () => [act(() => void world, 5000), say('Hm.'), finish()] }) },
    async (stage) => {
      const { people } = stage.world
      const number = await opened(stage)
      stage.tell('wendy pushes a branch of that name')
      const runId = runIdOf(stage, number)
      const head = `afk/${number}-work-${runId.slice(0, 8)}`
      people.pushToBranch(repo, head, { author: 'wendy', message: trailed('Mine', runId), files: { 'x.txt': 'x' } })
      people.openPullRequest(repo, { title: 'Mine', body: 'Refs #1', author: 'wendy', head })
      await untilOver(stage, number)
      expect(outcomeOf(stage, number)).toBe('escalated (no-push)')
      expectUnmerged(stage)
    },
  )

  history(
    'pr-reported',
    'its branch is not named by the convention, and its number was reported',
    '15.2',
    {
      settings: unreviewed,
      agent: hands(({ push, open }) => {
        push('my-work')
        return `AFK-RESULT: pr ${open('my-work')}`
      }),
    },
    async (stage) => {
      const number = await opened(stage)
      await untilOver(stage, number)
      expectMerged(stage, number)
      expect(pullOf(stage).pull.headRef).toBe('my-work')
    },
  )

  history(
    'pr-reported-other',
    'the number of somebody else’s pull request was reported: it carries no trailer, and is never touched',
    '15.2',
    { settings: `${unreviewed}maxNudges: 0\nciStartGraceSeconds: 60\n`, agent: hands(() => 'AFK-RESULT: pr 2') },
    async (stage) => {
      const { people } = stage.world
      people.pushToBranch(repo, 'other', { author: 'wendy', message: 'Other', files: { 'o.txt': 'o' } })
      const number = await opened(stage, 5)
      people.openPullRequest(repo, { title: 'Other', author: 'wendy', head: 'other' })
      await untilOver(stage, number)
      expect(outcomeOf(stage, number)).toBe('escalated (no-push)')
      expectUnmerged(stage)
    },
  )
})

describe('into another branch', () => {
  history(
    'pr-other-base',
    'opened against another branch than the default one: never merged',
    '15.1',
    { settings: `${unreviewed}ciStartGraceSeconds: 60\nmaxNudges: 0\n`, agent: crewOf() },
    async (stage) => {
      const number = await opened(stage)
      stage.world.people.pushToBranch(repo, 'release', { author: 'ada', message: 'Release', files: { 'r.txt': 'r' } })
      pullOf(stage).pull.baseRef = 'release'
      await untilOver(stage, number)
      expect(outcomeOf(stage, number)).toBe('escalated (no-push)')
      expectUnmerged(stage)
    },
  )
})

describe('past the review', () => {
  history(
    'pr-bypassed',
    'the agent pushes to the default branch: told at once, and nothing goes on by itself',
    '15.1',
    { settings, agent: hands(({ pushToMain }) => `AFK-RESULT: pushed ${pushToMain()}`) },
    async (stage) => {
      const number = await opened(stage)
      await untilOver(stage, number)
      expectFrozen(stage, number, 'bypassed-review')
    },
  )

  history(
    'pr-merged-by-agent',
    'the agent merges its own pull request before anybody has looked',
    '15.1',
    { settings, agent: crewOf(['clean']) },
    async (stage) => {
      const number = await opened(stage)
      stage.tell('the agent’s account merges it')
      stage.world.people.mergeByHand(repo, pullOf(stage).number, 'afk-agent')
      await untilOver(stage, number)
      expect(outcomeOf(stage, number)).toBe('frozen (bypassed-review)')
      expect(merges(stage)).toBe(0)
      expect(stage.state(repo, number)).toBe('open')
    },
  )

  history(
    'pr-foreign',
    'a stranger’s commit on top of the branch',
    '15.2',
    { settings: unreviewed, agent: crewOf() },
    async (stage) => {
      const number = await opened(stage)
      await stage.watch()
      stage.tell('somebody pushes a stranger’s commit onto the branch')
      const push = {
        author: 'stranger',
        message: 'A gift',
        files: { 'x.txt': 'x' },
        ci: stage.world.ci['green'] ?? null,
      }
      stage.world.people.pushToBranch(repo, pullOf(stage).pull.headRef, push)
      await untilOver(stage, number)
      expectFrozen(stage, number, 'foreign-commit')
    },
  )

  history(
    'pr-foreign-trailer',
    'a stranger’s commit on top of the branch that carries the run’s trailer',
    '15.2',
    { settings: unreviewed, agent: crewOf() },
    async (stage) => {
      const number = await opened(stage)
      await stage.watch()
      stage.tell('somebody pushes a stranger’s commit with the trailer')
      const message = trailed('A gift', runIdOf(stage, number))
      const push = { author: 'stranger', message, files: { 'x.txt': 'x' }, ci: stage.world.ci['green'] ?? null }
      stage.world.people.pushToBranch(repo, pullOf(stage).pull.headRef, push)
      await untilOver(stage, number)
      expectFrozen(stage, number, 'foreign-commit')
    },
  )

  history(
    'pr-helped',
    'a trusted person’s commit on top of the branch: judged and merged',
    '15.2',
    { settings: unreviewed, agent: crewOf() },
    async (stage) => {
      const number = await opened(stage)
      await stage.watch()
      stage.tell('wendy pushes onto the branch')
      const push = { author: 'wendy', message: 'A word', files: { 'x.txt': 'x' }, ci: stage.world.ci['green'] ?? null }
      const sha = stage.world.people.pushToBranch(repo, pullOf(stage).pull.headRef, push)
      await untilOver(stage, number)
      expectMerged(stage, number)
      expect(pullOf(stage).pull.mergedCommits).toContain(sha)
    },
  )

  history(
    'pr-protected',
    'a protected path in the pull request',
    '6.3',
    {
      settings: unreviewed,
      agent: working(() => ({ ci: 'green', files: { '.github/workflows/x.yml': 'on: push\n' } })),
    },
    async (stage) => {
      const number = await opened(stage)
      await untilOver(stage, number)
      expectFrozen(stage, number, 'protected-path')
      expect(nextOf(stage)).toContain('If they are wanted, merge the pull request by hand and close the issue; if not,')
    },
  )

  history(
    'pr-rewritten',
    'the branch is rewritten: the new head is judged like any other',
    '15.2',
    { settings: `${unreviewed}merge: human\n`, agent: crewOf() },
    async (stage) => {
      const number = await opened(stage)
      await watching(stage, 2)
      stage.tell('wendy rewrites the branch')
      const found = requireRepo(stage.world.github, repo)
      const { pull } = pullOf(stage)
      const parent = found.commits.get(pull.headSha)?.parents[0] ?? ''
      const message = trailed('Once more', runIdOf(stage, number))
      stage.world.people.forcePush(repo, { branch: pull.headRef, to: parent, pusher: 'wendy' })
      const push = { author: 'afk-agent', message, files: { 'y.txt': 'y' }, ci: stage.world.ci['green'] ?? null }
      stage.world.people.pushToBranch(repo, pull.headRef, push)
      await watching(stage, 4)
      expect(cardOf(stage, number)?.outcome).toBeNull()
      expect(cardOf(stage, number)?.head?.sha).toBe(pullOf(stage).pull.headSha)
    },
  )

  history(
    'pr-head-removed',
    'what was merged is force-pushed away',
    '6.3',
    { settings: unreviewed, agent: crewOf() },
    async (stage) => {
      const number = await opened(stage)
      stage.world.people.planMergeCi(repo, pullOf(stage).number, stage.world.ci['neverConcludes'] ?? null)
      const before = requireRepo(stage.world.github, repo).branches.get('main') ?? ''
      await watching(stage, 4)
      expect(merges(stage)).toBe(1)
      stage.tell('ada resets main')
      stage.world.people.forcePush(repo, { to: before, pusher: 'ada' })
      await untilOver(stage, number)
      expect(outcomeOf(stage, number)).toBe('frozen (head-removed)')
    },
  )

  history(
    'pr-reverted',
    'what was merged is reverted',
    '6.3',
    { settings: unreviewed, agent: crewOf() },
    async (stage) => {
      const number = await opened(stage)
      stage.world.people.planMergeCi(repo, pullOf(stage).number, stage.world.ci['neverConcludes'] ?? null)
      await watching(stage, 4)
      stage.tell('ada reverts it')
      const message = `Revert\n\nThis reverts commit ${pullOf(stage).pull.mergeCommitSha}.`
      stage.world.people.push(repo, { author: 'ada', message, files: { 'src/issue-1.txt': '' } })
      await untilOver(stage, number)
      expect(outcomeOf(stage, number)).toBe('frozen (reverted)')
    },
  )
})

describe('in trouble', () => {
  history(
    'pr-lost-card',
    'the card is lost while a person is to merge: nobody is told twice, and it lands',
    '6.2',
    { settings: `${unreviewed}merge: human\n`, agent: crewOf() },
    async (stage) => {
      const number = await opened(stage)
      await watching(stage, 3)
      stage.tell('somebody deletes the card')
      const issue = requireRepo(stage.world.github, repo).issues
      const comment = [...issue.values()].find((one) => one.number === number)?.comments[0]
      stage.world.people.deleteComment(repo, comment?.id ?? 0)
      await watching(stage, 3)
      expect(stage.bells.rung).toHaveLength(1)
      stage.tell('mona merges it')
      stage.world.people.mergeByHand(repo, pullOf(stage).number, 'mona')
      await untilOver(stage, number)
      expectLanded(stage, number)
    },
  )

  history(
    'pr-lost-card-merged',
    'the card is lost after the merge: known by its pull request, and corrected on a new branch',
    '6.2',
    { settings: unreviewed, agent: crewOf() },
    async (stage) => {
      const number = await opened(stage)
      stage.world.people.planMergeCi(repo, pullOf(stage).number, stage.world.ci['red'] ?? null)
      await watching(stage, 2)
      expect(merges(stage)).toBe(1)
      stage.tell('somebody deletes the card')
      const issue = requireRepo(stage.world.github, repo).issues
      const comment = [...issue.values()].find((one) => one.number === number)?.comments[0]
      stage.world.people.deleteComment(repo, comment?.id ?? 0)
      await untilOver(stage, number)
      expectMerged(stage, number, 2)
      expect(turnsAbout(stage, 'Your pull request is merged already')).toHaveLength(1)
    },
  )

  history(
    'pr-nudged',
    'pushed and not opened: reminded, and then it is',
    '6.4',
    {
      settings: unreviewed,
      agent: (world) => {
        const works = crewOf()(world)
        return {
          turn: (context) =>
            context.turnNumber === 1
              ? [act(() => context.madeGit(), 1000), say('Done.'), finish()]
              : works.turn(context),
        }
      },
    },
    async (stage) => {
      const number = await opened(stage)
      await untilOver(stage, number)
      expectMerged(stage, number)
    },
  )
})
