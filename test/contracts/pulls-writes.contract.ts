import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { MergeMethod } from '../../src/core/pull-model.ts'
import type { Pulls } from '../../src/ports/pulls.ts'
import { addEnvironment } from '../sandbox/github/state/environments.ts'
import { requireRepo } from '../sandbox/github/state/repos.ts'
import { addBot, begin, green, openPull, red, tipOf, viewed, work, type Opened } from './pulls-world.ts'
import type { GitHubWorld } from './tracker-world.ts'
import { failureOf, labels, onlyValue, shop } from './tracker-world.ts'

/** What every Pulls does. */
export function pullsWritesContract(name: string, make: () => Promise<GitHubWorld>): void {
  describe(`pulls contract, writing: ${name}`, () => {
    let world: GitHubWorld
    let pulls: Pulls
    beforeEach(async () => {
      world = await make()
      ;({ pulls } = world.as('afk'))
      begin(world)
    })
    afterEach(async () => world.close())

    /** Open, and GitHub knows whether it can be merged. */
    const open = async (more: Opened = {}): Promise<string> => {
      openPull(world, more)
      return (await viewed(pulls, 2)).head
    }
    const merge = (head: string, method: MergeMethod = 'squash', as = pulls) =>
      as.merge(shop, 2, { head, method, title: 'Title (#2)', message: 'Why.\n\nAFK-Run: x' })
    const pull = () => world.people.pull(shop, 2).pull
    const commits = () => requireRepo(world.state, shop).commits.size

    describe('merge', () => {
      it.each<[MergeMethod, number, string]>([
        ['squash', 1, 'Title (#2)\n\nWhy.\n\nAFK-Run: x'],
        ['merge', 2, 'Title (#2)\n\nWhy.\n\nAFK-Run: x'],
        ['rebase', 1, 'Do it'],
      ])(
        'merges by %s, with the words that it was given where there is a place for them',
        async (method, parents, words) => {
          const head = await open()
          const before = tipOf(world).sha
          expect(await merge(head, method)).toBe('merged')
          const tip = tipOf(world)
          expect(tip).toMatchObject({ message: words })
          expect(tip.parents).toHaveLength(parents)
          expect(tip.parents[0]).toBe(before)
          expect(pull()).toMatchObject({ mergedBy: 'afk', mergeCommitSha: tip.sha })
          expect(await pulls.view(shop, 2)).toMatchObject({ state: 'merged', mergeCommit: tip.sha })
        },
      )

      it('is done when it was done, whoever did it and with whatever head', async () => {
        const head = await open()
        expect(await merge(head)).toBe('merged')
        const count = commits()
        expect(await merge(head)).toBe('merged')
        expect(await merge('f'.repeat(40), 'merge')).toBe('merged')
        // Nothing is written, so nothing has to be allowed.
        expect(await merge(head, 'squash', world.as('rea').pulls)).toBe('merged')
        expect(commits()).toBe(count)
      })

      it('merges for an app, as its bot', async () => {
        const head = await open()
        const bot = addBot(world)
        expect(await merge(head, 'squash', world.as(bot).pulls)).toBe('merged')
        expect(pull().mergedBy).toBe(bot)
      })

      it('merges what is red in nothing that is required', async () => {
        expect(await merge(await open({ pushCi: red }))).toBe('merged')
      })

      it('merges what is approved and green, where both are required', async () => {
        const head = await open({ pushCi: green })
        world.people.protect(shop, { requiredApprovals: 1, requiredChecks: ['test'], strict: true })
        world.people.approve(shop, 2, 'mona')
        expect(await merge(head)).toBe('merged')
      })

      it('does nothing when the head has moved', async () => {
        const head = await open()
        world.people.pushToBranch(shop, work, { author: 'wendy', message: 'more', files: ['c.txt'] })
        await viewed(pulls, 2)
        expect(await failureOf(merge(head))).toMatchObject({ operation: 'merge', category: 'conflict' })
        expect(pull().mergedAt).toBeNull()
      })

      it('has the caller look again while GitHub computes whether it can be merged', async () => {
        const head = await open()
        world.people.push(shop, { author: 'ada', message: 'm', files: ['c.txt'] })
        expect(await failureOf(merge(head))).toMatchObject({ category: 'conflict' })
        expect(pull().mergedAt).toBeNull()
        expect(await merge(head)).toBe('merged')
      })

      it.each<[string, MergeMethod, (world: GitHubWorld) => void]>([
        ['closed', 'squash', ({ people }) => people.closePull(shop, 2, 'mona')],
        ['a draft', 'squash', ({ people }) => people.setDraft(shop, 2, true, 'wendy')],
        ['in conflict', 'squash', ({ people }) => void people.conflict(shop, 2, 'ada', `${work}.txt`)],
        ['without a required review', 'squash', ({ people }) => void people.protect(shop, { requiredApprovals: 1 })],
        [
          'approved by a stranger where a review is required',
          'squash',
          ({ people }) => {
            people.protect(shop, { requiredApprovals: 1 })
            people.approve(shop, 2, 'stranger')
          },
        ],
        [
          'refused by a reviewer where a review is required',
          'squash',
          ({ people }) => {
            people.protect(shop, { requiredApprovals: 1 })
            people.approve(shop, 2, 'ada')
            people.requestChanges(shop, 2, 'mona', 'no')
          },
        ],
        ['without a required check', 'squash', ({ people }) => void people.protect(shop, { requiredChecks: ['lint'] })],
        ['red in a required check', 'squash', ({ people }) => void people.protect(shop, { requiredChecks: ['test'] })],
        [
          'with an open conversation where all are to be resolved',
          'squash',
          ({ people }) => {
            people.protect(shop, { conversationResolution: true })
            people.reviewThread(shop, 2, 'mona', { path: 'a.txt', body: 'why?' })
          },
        ],
        [
          'out of date where it must not be',
          'squash',
          ({ people }) => {
            people.protect(shop, { strict: true })
            people.push(shop, { author: 'ada', message: 'm', files: ['c.txt'] })
          },
        ],
        [
          'to be merged in a way that is not allowed',
          'squash',
          ({ people }) => people.setMerging(shop, { methods: ['merge'] }),
        ],
        [
          'to be merged by a merge commit onto a linear history',
          'merge',
          ({ people }) => void people.protect(shop, { linearHistory: true }),
        ],
      ])('refuses one that is %s, an administrator too', async (_, method, change) => {
        const head = await open({ pushCi: red })
        change(world)
        await viewed(pulls, 2)
        const count = commits()
        for (const login of ['afk', 'ada']) {
          const failure = await failureOf(merge(head, method, world.as(login).pulls))
          expect(failure).toMatchObject({ port: 'tracker', operation: 'merge', category: 'refused' })
        }
        expect([pull().mergedAt, commits()]).toEqual([null, count])
      })

      it.each(['rea', 'tri', 'stranger'])('is forbidden to %s', async (login) => {
        const head = await open()
        expect(await failureOf(merge(head, 'squash', world.as(login).pulls))).toMatchObject({ category: 'forbidden' })
        world.people.setQueue(shop, {})
        expect(await failureOf(merge(head, 'squash', world.as(login).pulls))).toMatchObject({ category: 'forbidden' })
        expect(pull().mergedAt).toBeNull()
      })

      it('hands it to the queue of its base, once, and an administrator does not pass it by', async () => {
        const head = await open()
        world.people.setQueue(shop, { checkMs: 60_000 })
        const { pulls: admin } = world.as('ada')
        expect(await merge(head, 'squash', admin)).toBe('queued')
        expect(await merge(head)).toBe('queued')
        expect(requireRepo(world.state, shop).queue).toMatchObject([{ number: 2, enqueuer: 'ada', headSha: head }])
        expect(await pulls.view(shop, 2)).toMatchObject({ state: 'open', queued: true, queueRequired: true })
        world.pass(61_000)
        expect(await merge(head)).toBe('merged')
        expect(await pulls.view(shop, 2)).toMatchObject({ mergedBy: { login: 'github-merge-queue', kind: 'bot' } })
      })

      it('does not hand over what the base’s rules hold back, nor another head', async () => {
        const head = await open()
        world.people.setQueue(shop, {})
        world.people.protect(shop, { requiredApprovals: 1 })
        expect(await failureOf(merge(head))).toMatchObject({ category: 'refused' })
        world.people.approve(shop, 2, 'mona')
        expect(await failureOf(merge('f'.repeat(40)))).toMatchObject({ category: 'conflict' })
        expect(requireRepo(world.state, shop).queue).toEqual([])
      })
    })

    describe('review threads', () => {
      it('are answered as often as it is told to', async () => {
        await open()
        const thread = world.people.reviewThread(shop, 2, 'mona', { path: 'a.txt', body: 'why?' })
        await pulls.replyToThread(shop, 2, thread.nodeId, 'because')
        await pulls.replyToThread(shop, 2, thread.nodeId, 'because')
        const [seen] = (await pulls.view(shop, 2)).threads
        expect(seen?.comments.map(({ body, own }) => [body, own])).toEqual([
          ['why?', false],
          ['because', true],
          ['because', true],
        ])
        // An answer is no approval.
        expect((await pulls.view(shop, 2)).reviews).toEqual([])
      })

      it('are resolved once', async () => {
        await open()
        const thread = world.people.reviewThread(shop, 2, 'mona', { path: 'a.txt', body: 'why?' })
        await pulls.resolveThread(shop, 2, thread.nodeId)
        await world.as('ada').pulls.resolveThread(shop, 2, thread.nodeId)
        expect(pull().threads).toMatchObject([{ resolvedBy: 'afk' }])
        expect((await pulls.view(shop, 2)).threads).toMatchObject([{ resolved: true }])
      })

      it('are resolved by those who can write, and by the author of the pull request', async () => {
        await open({ by: 'rea' })
        const thread = world.people.reviewThread(shop, 2, 'mona', { path: 'a.txt', body: 'why?' })
        const stranger = world.as('stranger').pulls.resolveThread(shop, 2, thread.nodeId)
        expect(await failureOf(stranger)).toMatchObject({ operation: 'resolveThread', category: 'forbidden' })
        expect(pull().threads).toMatchObject([{ resolvedBy: null }])
        await world.as('rea').pulls.resolveThread(shop, 2, thread.nodeId)
        expect(pull().threads).toMatchObject([{ resolvedBy: 'rea' }])
      })
    })

    describe('react', () => {
      it.each([1, 2])('leaves one reaction of a kind on a comment of #%i', async (number) => {
        await open()
        const { id, reactions } = world.people.comment(shop, number, '/afk status', 'mona')
        for (const reaction of ['eyes', '+1', '-1', 'confused', 'eyes'] as const) await pulls.react(shop, id, reaction)
        await world.as('rea').pulls.react(shop, id, 'eyes')
        expect(reactions.map(({ content, user }) => [content, user])).toEqual([
          ['eyes', 'afk'],
          ['+1', 'afk'],
          ['-1', 'afk'],
          ['confused', 'afk'],
          ['eyes', 'rea'],
        ])
      })
    })

    it('leaves the receipts of an app, and sees them', async () => {
      const bot = addBot(world)
      const theirs = world.as(bot)
      const { id } = world.people.comment(shop, 1, '/afk status', 'mona')
      await theirs.pulls.react(shop, id, 'eyes')
      const receipted = async (port: typeof theirs.tracker) =>
        onlyValue(await port.look([{ repo: shop, number: 1, labels }])).comments[0]?.receipted ?? false
      expect([await receipted(theirs.tracker), await receipted(world.as('afk').tracker)]).toEqual([true, false])
    })

    describe('waiting deployments', () => {
      const environments = (reviewers: readonly string[]) =>
        ['staging', 'production'].map(
          (each) =>
            addEnvironment(world.state, requireRepo(world.state, shop), { name: each, reviewers: [...reviewers] }).id,
        )
      const plan = {
        checks: ['staging', 'production'].map((each) => ({ name: each, workflow: 'Deploy', environment: each })),
      }
      const pushed = () => {
        const sha = world.people.push(shop, { author: 'wendy', message: 'm', files: ['c.txt'], ci: plan })
        world.pass(60_000)
        return sha
      }
      const yes = { state: 'approved', comment: 'By mona.' } as const
      const approvals = () => requireRepo(world.state, shop).runs.flatMap((run) => run.approvals)

      it('are those of a commit, and say whether this account may allow them', async () => {
        const [staging = 0, production = 0] = environments(['afk'])
        addEnvironment(world.state, requireRepo(world.state, shop), { name: 'production', reviewers: ['ada'] })
        const sha = pushed()
        const [waiting] = await pulls.waitingDeployments(shop, sha)
        const run = requireRepo(world.state, shop).runs.at(-1)?.id
        expect(waiting?.workflowRun).toBe(run)
        expect(waiting?.url).toBe(`https://github.com/${shop}/actions/runs/${String(run)}`)
        expect(waiting?.environments.map(({ name: each, mayApprove }) => [each, mayApprove]).toSorted()).toEqual([
          ['production', false],
          ['staging', true],
        ])
        expect(waiting?.environments.map(({ id }) => id)).toContain(staging)
        expect(production).toBeGreaterThan(0)
        expect(await pulls.waitingDeployments(shop, tipOf(world).parents[0] ?? '')).toEqual([])
        expect(await pulls.waitingDeployments(shop, 'f'.repeat(40))).toEqual([])
      })

      it('are none where nobody is asked', async () => {
        environments([])
        expect(await pulls.waitingDeployments(shop, pushed())).toEqual([])
      })

      it('go on when they are allowed, once', async () => {
        const ids = environments(['afk'])
        const sha = pushed()
        const run = (await pulls.waitingDeployments(shop, sha))[0]?.workflowRun ?? 0
        await pulls.decideDeployment(shop, run, ids, yes)
        await pulls.decideDeployment(shop, run, ids, yes)
        await pulls.decideDeployment(shop, run, ids, { state: 'rejected', comment: 'too late' })
        expect(approvals()).toMatchObject([
          { environment: 'staging', user: 'afk', ...yes },
          { environment: 'production', user: 'afk', ...yes },
        ])
        expect(await pulls.waitingDeployments(shop, sha)).toEqual([])
      })

      it('end red when they are rejected', async () => {
        const ids = environments(['afk'])
        const sha = pushed()
        const run = (await pulls.waitingDeployments(shop, sha))[0]?.workflowRun ?? 0
        await pulls.decideDeployment(shop, run, ids, { state: 'rejected', comment: 'no' })
        expect(approvals().map(({ state }) => state)).toEqual(['rejected', 'rejected'])
        const [checks] = await world.as('afk').ci.checks([{ repo: shop, sha }])
        expect(checks).toMatchObject({
          ok: true,
          value: { checks: [{ conclusion: 'failure' }, { conclusion: 'failure' }] },
        })
      })

      it('are nobody else’s to allow', async () => {
        const ids = environments(['ada'])
        const sha = pushed()
        const run = (await pulls.waitingDeployments(shop, sha))[0]?.workflowRun ?? 0
        expect(await failureOf(pulls.decideDeployment(shop, run, ids, yes))).toMatchObject({
          operation: 'decideDeployment',
          category: 'refused',
        })
        const bot = addBot(world)
        const [seen] = await world.as(bot).pulls.waitingDeployments(shop, sha)
        expect(seen?.environments.map(({ mayApprove }) => mayApprove)).toEqual([false, false])
        const app = world.as(bot).pulls.decideDeployment(shop, run, ids, yes)
        expect(await failureOf(app)).toMatchObject({ category: 'forbidden' })
        expect(approvals()).toEqual([])
      })

      it('are not decided together with one that waits no longer', async () => {
        const ids = environments(['afk'])
        const run = (await pulls.waitingDeployments(shop, pushed()))[0]?.workflowRun ?? 0
        await pulls.decideDeployment(shop, run, ids.slice(0, 1), yes)
        expect(await failureOf(pulls.decideDeployment(shop, run, ids, yes))).toMatchObject({ category: 'refused' })
        await pulls.decideDeployment(shop, run, ids.slice(1), yes)
        expect(approvals()).toHaveLength(2)
      })
    })
  })
}
