import { describe, expect } from 'vitest'
import { expectLanded, history, human, repo } from './scenario.ts'
import type { Stage } from './stage.ts'
import {
  between,
  cardOf,
  crewOf,
  expectMerged,
  expectUnmerged,
  merges,
  notesOn,
  opened,
  outcomeOf,
  pullOf,
  unreviewed,
  untilOver,
  watching,
} from './landing-stage.ts'

/** SPEC 15.5: the merge, and what protects the branch. */

const readyBells = (stage: Stage) => stage.bells.rung.filter(({ kind }) => kind === 'ready-to-merge')

const isMerge = ({ method, path }: { readonly method: string; readonly path: string }) =>
  method === 'PUT' && path.endsWith('/merge')

function expectToldOnce(stage: Stage, words: string): void {
  expect(readyBells(stage)).toHaveLength(1)
  const notes = notesOn(stage, pullOf(stage).number)
  expect(notes).toHaveLength(1)
  expect(notes[0]).toContain(words)
}

describe('a person merges', () => {
  history(
    'pr-human',
    'merge: human; told once a head, a person merges, and it lands',
    '15.5',
    { settings: `${unreviewed}merge: human\n`, agent: crewOf() },
    async (stage) => {
      const number = await opened(stage)
      await watching(stage, 5)
      expectToldOnce(stage, 'In this repo a person merges.')
      expectUnmerged(stage)
      stage.tell('mona merges it')
      const pull = pullOf(stage).number
      stage.world.people.mergeByHand(repo, pull, 'mona', { method: 'squash', message: '' })
      await untilOver(stage, number)
      expectLanded(stage, number)
      expect(merges(stage)).toBe(0)
      expect(JSON.stringify(stage.bells.updated)).toContain('Merged')
    },
  )

  history(
    'pr-human-closes',
    'a person merges a pull request whose text closes the issue: that is the run’s doing, and it lands',
    '6.3',
    { settings: `${unreviewed}merge: human\n`, agent: crewOf() },
    async (stage) => {
      const number = await opened(stage)
      const pull = pullOf(stage).number
      stage.world.people.edit(repo, pull, { body: `Done.\n\nCloses #${number}` }, 'afk-agent')
      await watching(stage, 3)
      stage.tell('mona merges it, which closes the issue')
      stage.world.people.mergeByHand(repo, pull, 'mona')
      expect(stage.state(repo, number)).toBe('closed')
      await untilOver(stage, number)
      expectLanded(stage, number)
    },
  )

  history(
    'pr-human-never',
    'nobody merges it within mergeMaxSeconds',
    '15.5',
    { settings: `${unreviewed}merge: human\nmergeMaxSeconds: 600\n`, agent: crewOf() },
    async (stage) => {
      const number = await opened(stage)
      await untilOver(stage, number, 12, 120)
      expect(outcomeOf(stage, number)).toBe('frozen (merge-timeout)')
      expectToldOnce(stage, 'In this repo a person merges.')
      expect(stage.labels(repo, number)).toEqual([human])
    },
  )

  history(
    'pr-human-new-head',
    'a new head is told of again',
    '15.5',
    { settings: `${unreviewed}merge: human\n`, agent: crewOf() },
    async (stage) => {
      await opened(stage)
      await watching(stage, 3)
      stage.tell('wendy pushes onto the branch')
      const { pull } = pullOf(stage)
      const push = { author: 'wendy', message: 'A word', files: { 'c.txt': 'c' }, ci: stage.world.ci['green'] ?? null }
      stage.world.people.pushToBranch(repo, pull.headRef, push)
      await watching(stage, 5)
      expect(readyBells(stage)).toHaveLength(2)
      expect(notesOn(stage, pullOf(stage).number)).toHaveLength(2)
    },
  )
})

describe('what protects the branch', () => {
  history(
    'pr-review-required',
    'a review is required: told once, waited for, and merged after the approval',
    '15.5',
    { settings: unreviewed, agent: crewOf() },
    async (stage) => {
      stage.world.people.protect(repo, { requiredApprovals: 1 })
      const number = await opened(stage)
      await watching(stage, 5)
      expectToldOnce(stage, 'this branch requires a review')
      expectUnmerged(stage)
      stage.tell('mona approves it')
      stage.world.people.approve(repo, pullOf(stage).number, 'mona')
      await untilOver(stage, number)
      expectMerged(stage, number)
    },
  )

  history(
    'pr-changes-requested',
    'a reviewer requests changes: told once, waited for, and merged once that is settled',
    '15.5',
    { settings: unreviewed, agent: crewOf() },
    async (stage) => {
      stage.world.people.protect(repo, { requiredApprovals: 1 })
      const number = await opened(stage)
      stage.world.people.requestChanges(repo, pullOf(stage).number, 'mona', 'Not so.')
      await watching(stage, 4)
      expectToldOnce(stage, 'a reviewer has requested changes')
      expectUnmerged(stage)
      stage.tell('mona approves it after all')
      stage.world.people.approve(repo, pullOf(stage).number, 'mona')
      await untilOver(stage, number)
      expectMerged(stage, number)
    },
  )

  history(
    'pr-no-right',
    'afk’s account may not merge: a person is told, it is not tried again at once, and a person merges',
    '15.5',
    { settings: unreviewed, agent: crewOf() },
    async (stage) => {
      const number = await opened(stage)
      stage.tell('afk’s account loses its right to write')
      stage.world.people.setPermission(repo, 'afk', 'triage')
      await watching(stage, 6)
      const tried = stage.github.requests.filter(({ method, path }) => method === 'PUT' && path.endsWith('/merge'))
      expect(tried.length).toBeLessThanOrEqual(1)
      expectToldOnce(stage, 'GitHub does not let afk merge it')
      expectUnmerged(stage)
      stage.tell('mona merges it')
      stage.world.people.mergeByHand(repo, pullOf(stage).number, 'mona')
      await untilOver(stage, number)
      expectLanded(stage, number)
    },
  )

  history(
    'pr-pushers',
    'only some may push to the branch, and afk is none of them',
    '15.5',
    { settings: unreviewed, agent: crewOf() },
    async (stage) => {
      stage.world.people.protect(repo, { pushers: ['mona'] })
      await opened(stage)
      await watching(stage, 6)
      const tried = stage.github.requests.filter(({ method, path }) => method === 'PUT' && path.endsWith('/merge'))
      expect(tried).toHaveLength(1)
      expectToldOnce(stage, 'GitHub does not let afk merge it')
      expectUnmerged(stage)
    },
  )

  history(
    'pr-admin',
    'afk’s account is an administrator’s: the rules hold for it all the same',
    '15.5',
    { settings: unreviewed, agent: crewOf() },
    async (stage) => {
      stage.world.people.setPermission(repo, 'afk', 'admin')
      stage.world.people.protect(repo, { requiredApprovals: 1, requiredChecks: ['test', 'audit'] })
      await opened(stage)
      await watching(stage, 5)
      expectUnmerged(stage)
    },
  )

  history(
    'pr-refused',
    'GitHub refuses in the moment: a review came to be required between look and merge',
    '15.5',
    { settings: unreviewed, agent: crewOf() },
    async (stage) => {
      const number = await opened(stage)
      await stage.watch()
      await stage.pass(20)
      await stage.watch(between(() => void stage.world.people.protect(repo, { requiredApprovals: 1 })))
      expectUnmerged(stage)
      expect(cardOf(stage, number)?.merge?.state).toBe('refused')
      await watching(stage, 3)
      expect(readyBells(stage)).toHaveLength(1)
      stage.tell('mona approves')
      stage.world.people.approve(repo, pullOf(stage).number, 'mona')
      await untilOver(stage, number)
      expectMerged(stage, number)
    },
  )

  history(
    'pr-race',
    'the base moves in the moment of the merge: nobody is told, and the next tick merges it',
    '15.5',
    { settings: unreviewed, agent: crewOf() },
    async (stage) => {
      const number = await opened(stage)
      stage.github.faults.add({ match: isMerge, kind: '405-race', times: 1 })
      await untilOver(stage, number)
      expectMerged(stage, number)
      expect(readyBells(stage)).toEqual([])
      expect(notesOn(stage, pullOf(stage).number)).toEqual([])
    },
  )

  history(
    'pr-refused-again',
    'GitHub refuses, and does not say that anything is in the way: told once, tried now and then, and merged once it does not refuse',
    '15.5',
    { settings: unreviewed, agent: crewOf() },
    async (stage) => {
      const number = await opened(stage)
      stage.github.faults.add({ match: isMerge, kind: '405', times: 2 })
      await watching(stage, 40, 60, () => cardOf(stage, number)?.outcome != null)
      expectMerged(stage, number)
      expectToldOnce(stage, 'GitHub does not let afk merge it')
      const tried = stage.github.requests.filter(isMerge)
      expect(tried).toHaveLength(3)
    },
  )

  history(
    'pr-objection',
    'somebody trusted requests changes where no review is required: told once, waited for, and merged once that is settled; a stranger’s word holds nothing up',
    '15.5',
    { settings: unreviewed, agent: crewOf() },
    async (stage) => {
      const number = await opened(stage)
      const pull = pullOf(stage).number
      stage.world.people.requestChanges(repo, pull, 'stranger', 'I do not like it.')
      stage.world.people.requestChanges(repo, pull, 'mona', 'Not so.')
      await watching(stage, 3)
      expectToldOnce(stage, 'a reviewer has requested changes')
      expectUnmerged(stage)
      stage.tell('mona approves it after all')
      stage.world.people.approve(repo, pull, 'mona')
      await untilOver(stage, number)
      expectMerged(stage, number)
    },
  )

  history(
    'pr-approved-no-right',
    'told of a missing review, which then comes, and afk may not merge: told once more, and tried once',
    '15.5',
    { settings: unreviewed, agent: crewOf() },
    async (stage) => {
      stage.world.people.protect(repo, { requiredApprovals: 1, pushers: ['mona'] })
      await opened(stage)
      await watching(stage, 3)
      stage.tell('mona approves')
      stage.world.people.approve(repo, pullOf(stage).number, 'mona')
      await watching(stage, 4)
      expect(readyBells(stage)).toHaveLength(2)
      const tried = stage.github.requests.filter(({ method, path }) => method === 'PUT' && path.endsWith('/merge'))
      expect(tried).toHaveLength(1)
      expectUnmerged(stage)
    },
  )

  history(
    'pr-moved',
    'the head moves between look and merge: never another head than the judged one',
    '15.5',
    { settings: unreviewed, agent: crewOf() },
    async (stage) => {
      const number = await opened(stage)
      await stage.watch()
      await stage.pass(20)
      const push = { author: 'wendy', message: 'A word', files: { 'c.txt': 'c' }, ci: stage.world.ci['red'] ?? null }
      await stage.watch(between(() => void stage.world.people.pushToBranch(repo, pullOf(stage).pull.headRef, push)))
      expectUnmerged(stage)
      expect(cardOf(stage, number)?.outcome).toBeNull()
      await untilOver(stage, number)
      expectMerged(stage, number)
    },
  )

  history(
    'pr-method',
    'the configured method is not allowed: one that is allowed is taken',
    '15.5',
    { settings: `${unreviewed}mergeMethod: squash\n`, agent: crewOf() },
    async (stage) => {
      stage.world.people.setMerging(repo, { methods: ['rebase'] })
      const number = await opened(stage)
      await untilOver(stage, number)
      expectMerged(stage, number)
      expect(stage.github.requests.find(({ path }) => path.endsWith('/merge'))?.text).toContain('"rebase"')
    },
  )

  history(
    'pr-method-merge',
    'with a merge commit, whose message carries the trailer',
    '15.5',
    { settings: `${unreviewed}mergeMethod: merge\n`, agent: crewOf() },
    async (stage) => {
      const number = await opened(stage)
      await untilOver(stage, number)
      expectMerged(stage, number)
      const { pull } = pullOf(stage)
      const commit = stage.world.people.pull(repo, pullOf(stage).number).repo.commits.get(pull.mergeCommitSha ?? '')
      expect(commit?.parents).toHaveLength(2)
      expect(commit?.message).toContain(`AFK-Run: ${cardOf(stage, number)?.runId}`)
    },
  )

  history(
    'pr-queue',
    'a merge queue: queued once, merged by the queue, and it lands',
    '15.5',
    { settings: unreviewed, agent: crewOf() },
    async (stage) => {
      stage.world.people.setQueue(repo, { checkMs: 60_000 })
      const number = await opened(stage)
      await untilOver(stage, number)
      expectMerged(stage, number)
      expect(pullOf(stage).pull.mergedBy).toBe('github-merge-queue[bot]')
    },
  )

  history(
    'pr-queue-kicked',
    'the queue takes it out: a corrective turn, and it is queued and merged at its new head',
    '15.5',
    { settings: unreviewed, agent: crewOf() },
    async (stage) => {
      stage.world.people.setQueue(repo, { checkMs: 30_000 })
      const number = await opened(stage)
      stage.world.people.failInQueue(repo, pullOf(stage).number)
      await watching(stage, 12, 30, () => (cardOf(stage, number)?.reds.length ?? 0) > 0)
      expect(cardOf(stage, number)?.reds).toMatchObject([{ failing: ['merge queue'] }])
      stage.tell('its next checks in the queue will be green')
      pullOf(stage).pull.failsInQueue = false
      await untilOver(stage, number)
      expectMerged(stage, number, 2)
    },
  )

  history(
    'pr-draft',
    'a draft: told once, and merged when somebody marks it ready',
    '15.5',
    { settings: unreviewed, agent: crewOf() },
    async (stage) => {
      const number = await opened(stage)
      stage.world.people.setDraft(repo, pullOf(stage).number, true, 'wendy')
      await watching(stage, 4)
      expectToldOnce(stage, 'the pull request is a draft')
      expectUnmerged(stage)
      stage.tell('wendy marks it ready for review')
      stage.world.people.setDraft(repo, pullOf(stage).number, false, 'wendy')
      await untilOver(stage, number)
      expectMerged(stage, number)
    },
  )

  history(
    'pr-required-check',
    'a required check that never reports: waited for, told, and nothing is merged',
    '15.5',
    { settings: `${unreviewed}ciStartGraceSeconds: 120\nmergeMaxSeconds: 900\n`, agent: crewOf() },
    async (stage) => {
      stage.world.people.protect(repo, { requiredChecks: ['test', 'audit'] })
      const number = await opened(stage)
      await untilOver(stage, number, 24, 60)
      expectToldOnce(stage, 'requires something more')
      expect(outcomeOf(stage, number)).toBe('frozen (merge-timeout)')
      expectUnmerged(stage)
    },
  )
})

describe('what is switched off', () => {
  history(
    'pr-kill-switch',
    'the kill switch is thrown between look and merge: nothing is merged',
    '3.5',
    { settings: unreviewed, agent: crewOf() },
    async (stage) => {
      const number = await opened(stage)
      await stage.watch()
      await stage.pass(20)
      const looks = stage.github.requests.length
      // Read anew before every effect: on from the moment that the pull request was looked at.
      Object.defineProperty(stage.env, 'AFK_KILL_SWITCH', {
        configurable: true,
        enumerable: true,
        get: () => (stage.github.requests.slice(looks).some(({ text }) => text.includes('query View')) ? 'on' : 'off'),
      })
      await stage.watch()
      expectUnmerged(stage)
      stage.tell('the kill switch is off again')
      Object.defineProperty(stage.env, 'AFK_KILL_SWITCH', { value: 'off', enumerable: true })
      await untilOver(stage, number)
      expectMerged(stage, number)
    },
  )

  history(
    'pr-allowlist',
    'the repo leaves the allowlist before the merge',
    '3.7',
    { settings: unreviewed, agent: crewOf(), repos: [repo, 'acme/api'] },
    async (stage) => {
      const number = await opened(stage)
      await stage.watch()
      await stage.pass(20)
      stage.tell('the repo leaves the allowlist')
      stage.env['AFK_ALLOWLIST'] = 'acme/api'
      await watching(stage, 2)
      expect(outcomeOf(stage, number)).toBe('frozen (not-allowlisted)')
      expectUnmerged(stage)
    },
  )

  history(
    'pr-unreachable',
    'T3 cannot be reached while everything is green: nothing is merged until it answers',
    '6.4',
    { settings: unreviewed, agent: crewOf() },
    async (stage) => {
      const number = await opened(stage)
      await stage.watch()
      await stage.pass(20)
      stage.tell('T3 cannot be reached')
      stage.t3.faults.add({ match: () => true, kind: 'reset' })
      await watching(stage, 2)
      expectUnmerged(stage)
      stage.tell('T3 answers again')
      stage.t3.faults.clear()
      await untilOver(stage, number)
      expectMerged(stage, number)
    },
  )
})
