import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { IssueFacts, IssueRef } from '../../src/core/model.ts'
import type { Tracker } from '../../src/ports/tracker.ts'
import { addApp, installApp, issueInstallationToken } from '../sandbox/github/state/apps.ts'
import type { Issue } from '../sandbox/github/state/issue-model.ts'
import { requireIssue } from '../sandbox/github/state/issues.ts'
import { requireRepo } from '../sandbox/github/state/repos.ts'
import type { GitHubWorld } from './tracker-world.ts'
import { failureOf, labels, onlyValue, secret, shop } from './tracker-world.ts'

const user = (login: string) => ({ login, kind: 'user' })
const numbersTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)

/** What every Tracker does. */
export function trackerContract(name: string, make: () => Promise<GitHubWorld>): void {
  describe(`tracker contract: ${name}`, () => {
    let world: GitHubWorld
    let tracker: Tracker
    beforeEach(async () => {
      world = await make()
      tracker = world.as('afk').tracker
    })
    afterEach(async () => world.close())

    const first: IssueRef = { repo: shop, number: 1 }
    const open = (more: Partial<Parameters<GitHubWorld['people']['open']>[1]> = {}): Issue =>
      world.people.open(shop, { title: 't', author: 'mona', ...more })
    const stored = (number = 1): Issue => requireIssue(requireRepo(world.state, shop), number)
    const look = async (number = 1, repo = shop): Promise<IssueFacts> =>
      onlyValue(await tracker.look([{ repo, number, labels }]))
    const overview = async (repo = shop) => onlyValue(await tracker.overview([{ repo, labels }]))
    const asBot = (): Tracker => {
      addApp(world.state, { slug: 'afk-bot', owner: 'acme' })
      issueInstallationToken(world.state, installApp(world.state, 'afk-bot', [shop]))
      return world.as('afk-bot[bot]').tracker
    }

    describe('who it is', () => {
      it('is the account of its token, a bot without its suffix', async () => {
        expect(await tracker.self()).toEqual(user('afk'))
        expect(await asBot().self()).toEqual({ login: 'afk-bot', kind: 'bot' })
      })

      it('throws auth for a token that nobody has, batches as a whole', async () => {
        const lost = world.as('nobody').tracker
        open()
        const calls = [
          lost.self(),
          lost.overview([{ repo: shop, labels }]),
          lost.summaries([{ repo: shop, labels }]),
          lost.look([{ ...first, labels }]),
          lost.states([first]),
          lost.permission(shop, 'ada'),
          lost.labelledVia(shop, 1, 'LE_1'),
          lost.file(shop, 'README.md'),
          lost.comment(first, 'text'),
          lost.addLabel(first, labels.inProgress),
          lost.close(first),
        ]
        for (const failure of await Promise.all(calls.map(failureOf))) {
          expect(failure).toMatchObject({ port: 'tracker', category: 'auth', status: 401 })
        }
        expect(stored()).toMatchObject({ state: 'open', comments: [], labels: [] })
      })
    })

    describe('time', () => {
      it("is null before the first answer, then the service's in whole seconds, and moves with answers only", async () => {
        world.pass(1999)
        const began = world.state.clock.now() - 999
        expect([tracker.now(), tracker.remaining(), tracker.resetsAt()]).toEqual([null, null, null])
        await tracker.self()
        expect(tracker.now()).toBe(began)
        expect(tracker.remaining()).toBeGreaterThan(0)
        expect(tracker.remaining()).toBeLessThanOrEqual(1)
        expect(tracker.resetsAt()).toBeGreaterThan(began)
        expect(tracker.resetsAt()).toBeLessThanOrEqual(began + 3_601_000)
        world.pass(5000)
        expect(tracker.now()).toBe(began)
        await failureOf(tracker.comment({ repo: secret, number: 1 }, 'text'))
        expect(tracker.now()).toBe(began + 5000)
      })

      it('is shared with the CI of the same tick', async () => {
        const { tracker: mine, ci } = world.as('afk')
        await ci.checks([{ repo: shop, sha: 'f'.repeat(40) }])
        expect(mine.now()).toBe(world.state.clock.now())
      })

      it('has the end of its token from its answers, in whole seconds, and none of a token that lasts', async () => {
        const end = world.state.clock.now() + 86_400_000
        const lasting = world.as('ada').tracker
        const ending = world.as('mona').tracker
        for (const record of world.state.tokens.values()) if (record.login === 'mona') record.expiresAt = end + 300
        expect([ending.tokenEndsAt(), lasting.tokenEndsAt()]).toEqual([null, null])
        await Promise.all([ending.self(), lasting.self()])
        expect([ending.tokenEndsAt(), lasting.tokenEndsAt()]).toEqual([end, null])
        await ending.permission(shop, 'ada')
        expect(ending.tokenEndsAt()).toBe(end)
      })

      it('asks nothing for nothing', async () => {
        const answers = [
          await tracker.overview([]),
          await tracker.summaries([]),
          await tracker.look([]),
          await tracker.states([]),
        ]
        expect(answers).toEqual([[], [], [], []])
        expect(tracker.now()).toBeNull()
      })

      it('cuts the instants of everything that happened', async () => {
        world.pass(1500)
        const at = world.state.clock.now() - 500
        open({ labels: [labels.ready] })
        world.people.comment(shop, 1, 'text', 'mona')
        world.people.edit(shop, 1, { title: 'new' }, 'mona')
        world.people.close(shop, 1, 'mona')
        const facts = await look()
        expect(facts.labelEvents[0]?.at).toBe(at)
        expect(facts.comments[0]?.createdAt).toBe(at)
        expect(facts.edits[0]?.at).toBe(at)
        expect(facts.closed?.at).toBe(at)
      })
    })

    describe('overview', () => {
      it('has the open ready issues, the locked ones of any state, and no pull request', async () => {
        for (let turn = 0; turn < 4; turn += 1) open()
        open({ isPullRequest: true })
        for (const number of [1, 2, 5]) world.people.label(shop, number, labels.ready, 'mona')
        for (const number of [3, 4, 5]) world.people.label(shop, number, labels.inProgress, 'mona')
        for (const number of [2, 4]) world.people.close(shop, number, 'mona')
        expect(await overview()).toEqual({ repo: shop, nameWithOwner: shop, base: null, ready: [1], locked: [3, 4] })
      })

      it('knows repos and labels in any letter case', async () => {
        open({ labels: [labels.ready] })
        const asked = { repo: 'ACME/Shop', labels: { ...labels, ready: 'READY-for-Agent' } }
        const found = onlyValue(await tracker.overview([asked]))
        expect(found).toMatchObject({ repo: 'ACME/Shop', nameWithOwner: shop, ready: [1] })
      })

      it('names every issue, far beyond a page', async () => {
        for (const number of numbersTo(230)) open({ labels: [number > 120 ? labels.inProgress : labels.ready] })
        const { ready, locked } = await overview()
        expect(ready.toSorted((a, b) => a - b)).toEqual(numbersTo(120))
        expect(locked.toSorted((a, b) => a - b)).toEqual(numbersTo(230).slice(120))
      })

      it.each([
        ['none', {}],
        ['pending', { checks: [{ name: 'test', durationMs: 60_000 }] }],
        ['success', { checks: [{ name: 'test' }], statuses: [{ context: 'lint', state: 'success' }] }],
        [
          'failure',
          {
            checks: [
              { name: 'test', conclusion: 'failure' },
              { name: 'slow', durationMs: 60_000 },
            ],
          },
        ],
        ['failure', { statuses: [{ context: 'lint', state: 'error' }] }],
        ['failure', { checks: [{ name: 'test', conclusion: 'startup_failure' }] }],
      ] as const)('sums the head of the default branch up as %s: %j', async (rollup, ci) => {
        const head = world.people.push(shop, { author: 'wendy', message: 'm', ci: structuredClone(ci) as never })
        world.pass(1000)
        expect((await overview()).base).toEqual({ branch: 'main', head, rollup })
      })

      it('answers in order, a moved repo by its new name, one that cannot be seen as not found', async () => {
        world.people.rename(shop, 'acme/store')
        const repos = [secret, shop, 'acme/nowhere', shop]
        const answers = await tracker.overview(repos.map((repo) => ({ repo, labels })))
        expect(answers.map(({ ref }) => ref)).toEqual(repos)
        expect(answers.map((answer) => (answer.ok ? answer.value.nameWithOwner : answer.error.category))).toEqual([
          'not-found',
          'acme/store',
          'not-found',
          'acme/store',
        ])
        const seen = await world.as('ada').tracker.overview([{ repo: secret, labels }])
        expect(onlyValue(seen)).toMatchObject({ repo: secret })
      })
    })

    describe('overview of locks alone', () => {
      it('has no ready issue, and everything else, beside repos with both', async () => {
        for (const label of [labels.ready, labels.inProgress]) open({ labels: [label] })
        const asked = [
          { repo: shop, labels, lockedOnly: true },
          { repo: shop, labels, lockedOnly: false },
        ]
        const found = (await tracker.overview(asked)).map((answer) => onlyValue([answer]))
        expect(found).toEqual([{ ...(await overview()), ready: [] }, await overview()])
        expect(found[1]?.ready).toEqual([1])
      })
    })

    describe('summaries of repos whose ready issues are counted', () => {
      it('are all that a look tells, where there are few', async () => {
        for (const number of numbersTo(3)) {
          open({ labels: [labels.ready], body: `Blocked by #${String(number)}` })
          world.people.comment(shop, number, 'hello', 'tri')
        }
        world.people.addBlocker(shop, 1, { number: 2 }, 'mona')
        const found = onlyValue(await tracker.summaries([{ repo: shop, labels, ready: 3 }]))
        expect(found).toEqual(await Promise.all(numbersTo(3).map((number) => look(number))))
      })

      it('have complete lists, and every issue, should there be more by now', async () => {
        for (const _ of numbersTo(4)) open({ labels: [labels.ready] })
        for (const _ of numbersTo(105)) world.people.comment(shop, 1, 'hello', 'tri')
        const found = onlyValue(await tracker.summaries([{ repo: shop, labels, ready: 2 }]))
        expect(found.map(({ number }) => number).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4])
        const one = found.find((issue) => issue.number === 1)
        expect(one && 'comments' in one ? one.comments : []).toHaveLength(105)
      })

      it.each([9, 28, 29, 100])('have every text where there are %i', async (count) => {
        for (const _ of numbersTo(count)) open({ labels: [labels.ready] })
        const found = onlyValue(await tracker.summaries([{ repo: shop, labels, ready: count }]))
        const plain = onlyValue(await tracker.summaries([{ repo: shop, labels }]))
        expect(found.map(({ readyBy: _readyBy, ...summary }) => summary)).toEqual(plain)
        expect(found).toHaveLength(count)
      })

      it('name nobody else but who put the ready label on last, if anybody', async () => {
        for (const number of numbersTo(9)) {
          open({ labels: ['bug'] })
          for (const login of ['ada', 'mona']) {
            world.people.unlabel(shop, number, labels.ready, 'ada')
            world.people.label(shop, number, labels.ready, login)
          }
          world.people.label(shop, number, 'later', 'ada')
        }
        const found = onlyValue(await tracker.summaries([{ repo: shop, labels, ready: 9 }]))
        for (const { readyBy = user('mona') } of found) expect(readyBy).toEqual(user('mona'))
      })
    })

    describe('prices', () => {
      it('grow with what is asked, and are shares of an hour', () => {
        expect(tracker.overviewPrice(500)).toBeCloseTo(10 / 5000)
        expect([1, 8, 20, 50].map((ready) => Math.round(tracker.summariesPrice(ready) * 5000 * 100))).toEqual([
          6, 41, 41, 51,
        ])
      })
    })

    describe('look with the branch', () => {
      const withBranch = async () => onlyValue(await tracker.look([{ ...first, labels, withBranch: true }]))
      const push = (more: object = {}) => world.people.push(shop, { author: 'wendy', message: 'm', ...more })

      it('has the newest commits, as the history has them, and the checks of the first', async () => {
        addApp(world.state, { slug: 'renovate', owner: 'acme' })
        open()
        for (const _ of numbersTo(120)) push()
        push({ author: null, pusher: 'wendy' })
        push({ author: 'renovate[bot]' })
        const sha = push({
          message: 'last\n\nAFK-Run: x',
          ci: { checks: [{ name: 'test', conclusion: 'failure' }], statuses: [{ context: 'ok', state: 'success' }] },
        })
        world.pass(1000)
        const { ci } = world.as('afk')
        const { branch, ...facts } = await withBranch()
        expect(facts).toEqual(await look())
        const history = (await ci.history(shop, 'main', { depth: 100 })).slice(0, 100)
        expect(branch?.commits).toEqual(history.map(({ parents: _parents, ...commit }) => commit))
        expect(branch?.checks).toEqual(onlyValue(await ci.closeUp([{ repo: shop, sha }])).checks)
        expect(branch?.checks).toHaveLength(2)
      })

      it('leaves checks that are too many to others, and tells nothing of a repo without a commit', async () => {
        open()
        expect(await withBranch()).not.toHaveProperty('branch')
        push({ ci: { checks: numbersTo(101).map((index) => ({ name: `check ${String(index)}` })) } })
        expect((await withBranch()).branch).toMatchObject({ commits: [{ message: 'm' }], checks: null })
      })
    })

    describe('summaries', () => {
      it('has texts, labels and open dependencies of open ready issues, hidden blockers counted', async () => {
        const { people } = world
        open({ title: 'A title', body: 'A body', labels: [labels.ready, 'bug'] })
        open({ labels: [labels.ready] })
        people.close(shop, 2, 'mona')
        open({ labels: [labels.ready], isPullRequest: true })
        people.open(secret, { title: 'hidden', author: 'ada' })
        open()
        for (const blocker of [{ repo: secret, number: 1 }, { number: 2 }, { number: 4 }]) {
          people.addBlocker(shop, 1, blocker, 'ada')
        }
        expect(onlyValue(await tracker.summaries([{ repo: shop, labels }]))).toEqual([
          {
            repo: shop,
            number: 1,
            title: 'A title',
            url: `https://github.com/${shop}/issues/1`,
            body: 'A body',
            labels: [labels.ready, 'bug'],
            openDependencies: 2,
          },
        ])
      })

      it('is complete beyond a page, and answers in order', async () => {
        for (const number of numbersTo(120)) open({ title: `title ${String(number)}`, labels: [labels.ready] })
        const answers = await tracker.summaries([secret, shop].map((repo) => ({ repo, labels })))
        expect(answers.map(({ ref, ok }) => [ref, ok])).toEqual([
          [secret, false],
          [shop, true],
        ])
        const titles = answers.flatMap((answer) => (answer.ok ? answer.value.map(({ title }) => title) : []))
        expect(new Set(titles).size).toBe(120)
      })
    })

    describe('look', () => {
      it('has everything of a plain issue', async () => {
        open({ title: 'A title', body: 'A body', labels: ['bug'] })
        expect(await look()).toEqual({
          ...first,
          title: 'A title',
          url: `https://github.com/${shop}/issues/1`,
          body: 'A body',
          labels: ['bug'],
          openDependencies: 0,
          state: 'open',
          author: user('mona'),
          labelEvents: [],
          edits: [],
          closed: null,
          comments: [],
          dependencies: [],
        })
      })

      it('lists the events of the three labels, oldest first, with who did it; an app behind a person does not show', async () => {
        addApp(world.state, { slug: 'helper', owner: 'acme' })
        open()
        const { people } = world
        const events = [
          people.label(shop, 1, 'READY-for-agent', 'mona', 'helper'),
          people.label(shop, 1, 'bug', 'mona'),
          people.label(shop, 1, labels.human, 'helper[bot]'),
          people.unlabel(shop, 1, labels.ready, 'tri'),
        ]
        people.deleteAccount('tri')
        const facts = await look()
        expect(facts.labelEvents.map(({ id }) => id)).toEqual(
          [events[0], events[2], events[3]].map((event) => event?.nodeId),
        )
        expect(facts.labelEvents).toMatchObject([
          { action: 'labeled', label: labels.ready, actor: user('mona') },
          { action: 'labeled', label: labels.human, actor: { login: 'helper', kind: 'bot' } },
          { action: 'unlabeled', label: labels.ready, actor: null },
        ])
      })

      it('lists every edit of title and body, oldest first, and none for the same text saved again', async () => {
        open({ title: 'one', body: 'one' })
        const edits = [
          [{ body: 'two' }, 'mona'],
          [{ title: 'two' }, 'stranger'],
          [{ body: 'three' }, 'rea'],
          [{ body: 'three' }, 'wendy'],
          [{ title: 'three', body: 'four' }, 'ada'],
        ] as const
        for (const [change, as] of edits) {
          world.pass(1000)
          world.people.edit(shop, 1, change, as)
        }
        expect((await look()).edits.map(({ what, actor }) => [what, actor?.login])).toEqual([
          ['body', 'mona'],
          ['title', 'stranger'],
          ['body', 'rea'],
          ['title', 'ada'],
          ['body', 'ada'],
        ])
      })

      it('sees an edit in the same second in which the issue was opened', async () => {
        open({ body: 'one' })
        world.people.edit(shop, 1, { body: 'two' }, 'stranger')
        expect((await look()).edits).toMatchObject([{ what: 'body', actor: user('stranger') }])
      })

      it('tells own comments, and edits by others of anybody', async () => {
        open()
        const { people } = world
        const own = people.comment(shop, 1, 'own', 'afk')
        const edited = people.comment(shop, 1, 'own, edited', 'afk')
        const tampered = people.comment(shop, 1, 'own, tampered', 'afk')
        const theirs = people.comment(shop, 1, 'theirs', 'mona')
        const deleted = people.comment(shop, 1, 'gone', 'mona')
        world.pass(1000)
        people.editComment(shop, edited.id, 'new', 'afk')
        people.editComment(shop, tampered.id, 'new', 'mona')
        people.editComment(shop, theirs.id, 'new', 'ada')
        people.deleteComment(shop, deleted.id)
        const { comments } = await look()
        expect(comments.map(({ id }) => id)).toEqual([own.id, edited.id, tampered.id, theirs.id])
        expect(comments.map((comment) => [comment.own, comment.editedByOther, comment.author?.login])).toEqual([
          [true, false, 'afk'],
          [true, false, 'afk'],
          [true, true, 'afk'],
          [false, true, 'mona'],
        ])
        expect(comments[2]?.body).toBe('new')
      })

      it('takes nobody who is gone for the author of an edit', async () => {
        open()
        const comment = world.people.comment(shop, 1, 'one', 'mona')
        world.people.editComment(shop, comment.id, 'two', 'mona')
        world.people.deleteAccount('mona')
        expect(await look()).toMatchObject({ author: null, comments: [{ author: null, editedByOther: true }] })
      })

      it('knows its own comments as a bot', async () => {
        const bot = asBot()
        open()
        await bot.comment(first, 'by the bot')
        const facts = onlyValue(await bot.look([{ ...first, labels }]))
        expect(facts.comments).toMatchObject([{ own: true, author: { login: 'afk-bot', kind: 'bot' } }])
        expect((await look()).comments).toMatchObject([{ own: false }])
      })

      it('tells who closed it last, and by which commit', async () => {
        open()
        const commit = world.people.push(shop, { author: 'wendy', message: 'Closes #1' })
        const at = world.state.clock.now()
        expect(await look()).toMatchObject({ state: 'closed', closed: { at, actor: user('wendy'), commit } })
        world.pass(1000)
        world.people.reopen(shop, 1, 'mona')
        expect(await look()).toMatchObject({ state: 'open', closed: null })
        world.pass(1000)
        world.people.close(shop, 1, 'ada', 'not_planned')
        expect((await look()).closed).toEqual({ at: at + 2000, actor: user('ada'), commit: null })
      })

      it('has blockers open and closed in the order they were added, and leaves hidden ones to the count', async () => {
        const { people } = world
        for (const title of ['blocked', 'open', 'closed']) open({ title })
        people.open(secret, { title: 'hidden', author: 'ada' })
        people.close(shop, 3, 'mona', 'not_planned')
        for (const blocker of [{ number: 3 }, { repo: secret, number: 1 }, { number: 2 }]) {
          people.addBlocker(shop, 1, blocker, 'ada')
        }
        expect(await look()).toMatchObject({
          openDependencies: 2,
          dependencies: [
            { repo: shop, number: 3, state: 'closed' },
            { repo: shop, number: 2, state: 'open' },
          ],
        })
        const all = onlyValue(await world.as('ada').tracker.look([{ ...first, labels }]))
        expect(all.dependencies.map(({ repo }) => repo)).toEqual([shop, secret, shop])
      })

      it('has complete lists, oldest first', async () => {
        open({ body: '0' })
        for (const turn of numbersTo(60)) {
          world.pass(1000)
          world.people.label(shop, 1, labels.ready, 'mona')
          world.people.unlabel(shop, 1, labels.ready, 'ada')
          for (const part of ['a', 'b']) {
            world.people.comment(shop, 1, `${String(turn)}${part}`, 'tri')
            world.people.edit(shop, 1, { body: `${String(turn)}${part}` }, 'rea')
          }
          world.people.addBlocker(shop, 1, { number: open().number }, 'mona')
        }
        const facts = await look()
        expect(facts.comments.map(({ body }) => body)).toEqual(
          numbersTo(60).flatMap((turn) => [`${String(turn)}a`, `${String(turn)}b`]),
        )
        expect(facts.labelEvents.map(({ action }) => action)).toEqual(
          numbersTo(60).flatMap(() => ['labeled', 'unlabeled']),
        )
        expect(facts.dependencies.map(({ number }) => number)).toEqual(numbersTo(61).slice(1))
        expect(facts.edits).toHaveLength(120)
        for (const list of [facts.labelEvents, facts.edits]) {
          expect(list.map(({ at }) => at)).toEqual(list.map(({ at }) => at).toSorted((a, b) => a - b))
        }
      })

      it('answers in order: pull requests, missing numbers and hidden repos as not found', async () => {
        open()
        open({ isPullRequest: true })
        world.people.open(secret, { title: 'hidden', author: 'ada' })
        const refs = [
          { repo: shop, number: 2 },
          { repo: shop, number: 99 },
          first,
          { repo: secret, number: 1 },
          { repo: 'acme/nowhere', number: 1 },
        ]
        const answers = await tracker.look(refs.map((ref) => ({ ...ref, labels })))
        expect(answers.map(({ ref }) => ref)).toEqual(refs)
        expect(answers.map((answer) => (answer.ok ? answer.value.number : answer.error.category))).toEqual([
          'not-found',
          'not-found',
          1,
          'not-found',
          'not-found',
        ])
      })

      it('finds an issue under the former name of its repo', async () => {
        open()
        world.people.rename(shop, 'acme/store')
        expect(await look()).toMatchObject({ repo: shop, url: 'https://github.com/acme/store/issues/1' })
      })
    })

    describe('states', () => {
      it('tells open, closed and unreadable in order, pull requests too, and never fails', async () => {
        for (const title of ['open', 'closed']) open({ title })
        open({ isPullRequest: true })
        world.people.close(shop, 2, 'mona', 'not_planned')
        world.people.open(secret, { title: 'hidden', author: 'ada' })
        const expected = [
          [secret, 1, 'unreadable'],
          [shop, 2, 'closed'],
          ['ACME/shop', 1, 'open'],
          [shop, 3, 'open'],
          [shop, 4, 'unreadable'],
          ['acme/nowhere', 4, 'unreadable'],
        ] as const
        const states = await tracker.states(expected.map(([repo, number]) => ({ repo, number })))
        expect(states.map(({ repo, number, state }) => [repo, number, state])).toEqual(expected)
        expect(await world.as('ada').tracker.states([{ repo: secret, number: 1 }])).toMatchObject([{ state: 'open' }])
      })
    })

    describe('permission', () => {
      it.each([
        ['acme', 'admin', 'admin'],
        ['ada', 'admin', 'admin'],
        ['mona', 'write', 'maintain'],
        ['WENDY', 'write', 'write'],
        ['tri', 'read', 'triage'],
        ['rea', 'read', 'read'],
        ['stranger', 'read', 'read'],
      ])('of %s in a public repo is %s as %s', async (login, permission, role) => {
        expect(await tracker.permission(shop, login)).toEqual({ permission, role })
      })

      it('names a custom role, beside what it was built on', async () => {
        world.people.setPermission(shop, 'rea', 'write', 'deployer')
        expect(await tracker.permission(shop, 'rea')).toEqual({ permission: 'write', role: 'deployer' })
      })

      it('of a stranger to a private repo is none', async () => {
        expect(await world.as('ada').tracker.permission(secret, 'mona')).toMatchObject({ permission: 'none' })
      })

      it('is null for an unknown login, for a hidden repo, and for a token that may not ask', async () => {
        expect(await tracker.permission(shop, 'nobody-at-all')).toBeNull()
        expect(await tracker.permission(secret, 'ada')).toBeNull()
        expect(await world.as('tri').tracker.permission(shop, 'ada')).toBeNull()
      })
    })

    describe('labelledVia', () => {
      it('names the app that acted for a person, far down the list too, and not-found where there is no event', async () => {
        addApp(world.state, { slug: 'helper', owner: 'acme' })
        open()
        const plain = world.people.label(shop, 1, labels.ready, 'mona')
        for (let turn = 0; turn < 60; turn += 1) {
          world.people.label(shop, 1, 'bug', 'mona')
          world.people.unlabel(shop, 1, 'bug', 'mona')
        }
        const app = world.people.label(shop, 1, labels.human, 'mona', 'helper')
        expect(await tracker.labelledVia(shop, 1, plain?.nodeId ?? '')).toBeNull()
        expect(await tracker.labelledVia(shop, 1, app?.nodeId ?? '')).toBe('helper')
        const missing = [
          tracker.labelledVia(shop, 1, 'LE_none'),
          tracker.labelledVia(shop, 2, 'LE_none'),
          tracker.labelledVia(secret, 1, 'LE_none'),
        ]
        for (const failure of await Promise.all(missing.map(failureOf))) expect(failure.category).toBe('not-found')
      })
    })

    describe('file', () => {
      it('is the text on the default branch, null for what is not there', async () => {
        expect(await tracker.file(shop, 'README.md')).toBeNull()
        world.people.push(shop, {
          author: 'wendy',
          message: 'm',
          files: { '.github/afk.md': 'be kind\n', 'a b#c?.md': 'odd' },
        })
        world.people.push(shop, { author: 'wendy', message: 'm', files: { 'side.md': 'side' }, branch: 'side' })
        expect(await tracker.file(shop, '.github/afk.md')).toBe('be kind\n')
        expect(await tracker.file(shop, 'a b#c?.md')).toBe('odd')
        for (const path of ['nope.md', '.github', 'side.md']) expect(await tracker.file(shop, path)).toBeNull()
        expect(await tracker.file(secret, '.github/afk.md')).toBeNull()
      })

      it('is cut at 64 KiB, between two characters', async () => {
        const text = `a${'é'.repeat(40_000)}`
        world.people.push(shop, { author: 'wendy', message: 'm', files: { 'big.md': text } })
        expect(await tracker.file(shop, 'big.md')).toBe(`a${'é'.repeat(32_767)}`)
      })
    })

    describe('comments', () => {
      it('are posted each time anew, edited and deleted by their id', async () => {
        open()
        const ids = [await tracker.comment(first, 'one'), await tracker.comment(first, 'one')]
        const posted = (await look()).comments
        expect(posted).toMatchObject(ids.map((id) => ({ id, body: 'one', own: true })))
        expect(posted.map(({ editedAt }) => editedAt)).toEqual([undefined, undefined])
        await tracker.editComment(first, ids[0] ?? 0, 'two')
        await tracker.editComment(first, ids[0] ?? 0, 'two')
        await tracker.deleteComment(first, ids[1] ?? 0)
        await tracker.deleteComment(first, ids[1] ?? 0)
        const { comments } = await look()
        expect(comments).toMatchObject([{ id: ids[0], body: 'two', own: true, editedByOther: false }])
        expect(comments[0]?.editedAt).toBeGreaterThanOrEqual(comments[0]?.createdAt ?? Infinity)
      })

      it('cannot be edited once gone', async () => {
        open()
        expect((await failureOf(tracker.editComment(first, 4711, 'text'))).category).toBe('not-found')
      })

      it('are refused when they are too long', async () => {
        open()
        await tracker.comment(first, 'x'.repeat(65_536))
        expect((await failureOf(tracker.comment(first, 'x'.repeat(65_537)))).category).toBe('refused')
        expect(stored().comments).toHaveLength(1)
      })

      it('of others are for those who may write', async () => {
        open()
        const { id } = world.people.comment(shop, 1, 'text', 'mona')
        const { tracker: triager } = world.as('tri')
        const calls = [triager.editComment(first, id, 'mine'), triager.deleteComment(first, id)]
        for (const failure of await Promise.all(calls.map(failureOf))) expect(failure.category).toBe('forbidden')
        expect(stored().comments).toMatchObject([{ body: 'text' }])
        await tracker.editComment(first, id, 'ours')
        expect((await look()).comments).toMatchObject([{ body: 'ours', own: false, editedByOther: true }])
        await tracker.deleteComment(first, id)
        expect(stored().comments).toEqual([])
      })
    })

    describe('labels and state', () => {
      it('adds a label once and removes it once, in any letter case', async () => {
        open()
        await tracker.addLabel(first, labels.inProgress)
        await tracker.addLabel(first, labels.inProgress.toUpperCase())
        expect((await look()).labels).toEqual([labels.inProgress])
        await tracker.removeLabel(first, labels.inProgress.toUpperCase())
        await tracker.removeLabel(first, labels.inProgress)
        const facts = await look()
        expect(facts.labels).toEqual([])
        expect(facts.labelEvents.map(({ action, actor }) => [action, actor?.login])).toEqual([
          ['labeled', 'afk'],
          ['unlabeled', 'afk'],
        ])
      })

      it('makes a label that the repo lacks, and removes one with any character in its name', async () => {
        open()
        await tracker.addLabel(first, 'area/näme ?#')
        expect((await look()).labels).toEqual(['area/näme ?#'])
        await tracker.removeLabel(first, 'area/näme ?#')
        expect((await look()).labels).toEqual([])
      })

      it('closes as completed and reopens, each as often as asked, with one event', async () => {
        open()
        for (let turn = 0; turn < 2; turn += 1) await tracker.close(first)
        expect(stored()).toMatchObject({ state: 'closed', stateReason: 'completed' })
        for (let turn = 0; turn < 2; turn += 1) await tracker.reopen(first)
        expect(stored().state).toBe('open')
        expect(stored().events.map(({ detail }) => detail.event)).toEqual(['closed', 'reopened'])
      })

      it('closes what was closed as not planned as completed', async () => {
        open()
        world.people.close(shop, 1, 'mona', 'not_planned')
        await tracker.close(first)
        expect(stored()).toMatchObject({ state: 'closed', stateReason: 'completed' })
      })
    })

    describe('who may write', () => {
      const writes = [
        ['comment', 'rea', (port, ref) => port.comment(ref, 'text')],
        ['addLabel', 'tri', (port, ref) => port.addLabel(ref, labels.inProgress)],
        ['removeLabel', 'tri', (port, ref) => port.removeLabel(ref, labels.ready)],
        ['close', 'tri', (port, ref) => port.close(ref)],
        ['reopen', 'tri', (port, ref) => port.reopen(ref)],
      ] as const satisfies readonly (readonly [string, string, (port: Tracker, ref: IssueRef) => Promise<unknown>])[]

      it.each(writes)('%s: %s and up, and nobody where the issue is not there', async (operation, least, write) => {
        open({ labels: [labels.ready] })
        await write(world.as(least).tracker, first)
        for (const ref of [
          { repo: shop, number: 99 },
          { repo: secret, number: 1 },
          { ...first, repo: 'acme/none' },
        ]) {
          const failure = await failureOf(write(tracker, ref))
          expect(failure).toMatchObject({ port: 'tracker', operation, category: 'not-found' })
        }
      })

      it.each(writes.slice(1))('%s: nothing for those who only read', async (_operation, _least, write) => {
        open({ labels: [labels.ready] })
        const before = structuredClone(stored())
        for (const login of ['rea', 'stranger']) {
          expect((await failureOf(write(world.as(login).tracker, first))).category).toBe('forbidden')
        }
        expect(stored()).toEqual(before)
      })

      it('lets authors close and reopen their own', async () => {
        open({ author: 'stranger' })
        const { tracker: author } = world.as('stranger')
        await author.close(first)
        expect(stored().state).toBe('closed')
        await author.reopen(first)
        expect(stored().state).toBe('open')
      })

      it('refuses every write into an archived repo', async () => {
        open({ labels: [labels.ready] })
        requireRepo(world.state, shop).archived = true
        for (const [, , write] of writes) {
          expect((await failureOf(write(tracker, first))).category).toBe('forbidden')
        }
        expect(stored()).toMatchObject({ state: 'open', comments: [] })
      })
    })

    it('reads and writes a moved repo under its former name', async () => {
      open({ labels: [labels.ready] })
      world.people.rename(shop, 'acme/store')
      const id = await tracker.comment(first, 'one')
      await tracker.editComment(first, id, 'two')
      await tracker.addLabel(first, labels.inProgress)
      await tracker.removeLabel(first, labels.ready)
      await tracker.close(first)
      expect(await look()).toMatchObject({ state: 'closed', labels: [labels.inProgress], comments: [{ body: 'two' }] })
      await tracker.deleteComment(first, id)
      expect((await look(1, 'acme/store')).comments).toEqual([])
      expect(await tracker.permission(shop, 'ada')).toMatchObject({ role: 'admin' })
    })
  })
}
