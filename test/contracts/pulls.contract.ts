import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Pull } from '../../src/core/pull-model.ts'
import type { Pulls } from '../../src/ports/pulls.ts'
import { isOutdated } from '../sandbox/github/state/review-threads.ts'
import { requireRepo } from '../sandbox/github/state/repos.ts'
import { addUser } from '../sandbox/github/state/users.ts'
import { addBot, begin, green, openPull, red, viewed, work, type Opened } from './pulls-world.ts'
import type { GitHubWorld } from './tracker-world.ts'
import { failureOf, labels, onlyValue, secret, shop } from './tracker-world.ts'

const user = (login: string) => ({ login, kind: 'user' })
const times = (count: number) => Array.from({ length: count }, (_, index) => index)

/** What every Pulls tells. */
export function pullsContract(name: string, make: () => Promise<GitHubWorld>): void {
  describe(`pulls contract, reading: ${name}`, () => {
    let world: GitHubWorld
    let pulls: Pulls
    beforeEach(async () => {
      world = await make()
      ;({ pulls } = world.as('afk'))
      begin(world)
    })
    afterEach(async () => world.close())

    const open = (more: Opened = {}) => openPull(world, more)
    const list = (options: Partial<Parameters<Pulls['list']>[1]> = {}) =>
      pulls.list(shop, { since: 0, prefix: 'afk/', ...options })
    const numbers = async (options: Partial<Parameters<Pulls['list']>[1]> = {}) =>
      (await list(options)).map(({ number }) => number)

    it('throws auth for a token that nobody has', async () => {
      open()
      const { pulls: lost } = world.as('nobody')
      const how = { head: 'f'.repeat(40), method: 'squash', title: 't', message: 'm' } as const
      const calls = [
        lost.list(shop, { since: 0, prefix: '' }),
        lost.view(shop, 2),
        lost.files(shop, 2),
        lost.merge(shop, 2, how),
        lost.replyToThread(shop, 2, 'PRRT_1', 'text'),
        lost.resolveThread(shop, 2, 'PRRT_1'),
        lost.comments(shop, 1),
        lost.react(shop, 1, '+1'),
        lost.waitingDeployments(shop, how.head),
        lost.decideDeployment(shop, 1, [1], { state: 'approved', comment: '' }),
      ]
      for (const failure of await Promise.all(calls.map(failureOf)))
        expect(failure).toMatchObject({ port: 'tracker', category: 'auth', status: 401 })
    })

    it('does not find what is not there or hidden', async () => {
      open()
      world.people.open(secret, { title: 'hidden', author: 'ada' })
      const how = { head: 'f'.repeat(40), method: 'squash', title: 't', message: 'm' } as const
      const calls = [
        pulls.list(secret, { since: 0, prefix: '' }),
        pulls.view(secret, 1),
        pulls.view(shop, 99),
        // An issue is no pull request.
        pulls.view(shop, 1),
        pulls.files(shop, 1),
        pulls.files(shop, 99),
        pulls.merge(shop, 1, how),
        pulls.replyToThread(shop, 2, 'PRRT_1', 'text'),
        pulls.resolveThread(shop, 2, 'PRRT_1'),
        pulls.comments(shop, 99),
        pulls.comments(secret, 1),
        pulls.react(shop, 4711, 'eyes'),
        pulls.waitingDeployments(secret, how.head),
        pulls.decideDeployment(shop, 4711, [1], { state: 'approved', comment: '' }),
      ]
      const categories = (await Promise.all(calls.map(failureOf))).map(({ category }) => category)
      expect(categories).toEqual(calls.map(() => 'not-found'))
    })

    describe('list', () => {
      it('has those of any state, newest first, with what tells whose they are', async () => {
        const fork = world.people.fork(shop, 'stranger')
        const at = world.state.clock.now()
        for (const head of ['afk/1-a', 'afk/1-b', 'afk/1-c']) open({ head })
        open({ head: 'afk/1-d', fork, by: 'stranger' })
        world.people.closePull(shop, 3, 'mona')
        world.people.mergeByHand(shop, 4, 'mona')
        const shown = (number: number, state: string, branch: string, sameRepo = true) => ({
          number,
          state,
          branch,
          sameRepo,
          createdAt: at + (number - 2) * 1000,
        })
        expect(await list()).toEqual([
          shown(5, 'open', 'afk/1-d', false),
          shown(4, 'merged', 'afk/1-c'),
          shown(3, 'closed', 'afk/1-b'),
          shown(2, 'open', 'afk/1-a'),
        ])
      })

      it('ends where the run began, to the second, and has branches of the prefix alone', async () => {
        open({ head: 'afk/1-a' })
        open({ head: 'afk/10-a' })
        open({ head: 'other/afk/1-a' })
        const since = world.state.clock.now()
        open({ head: 'afk/1-b' })
        open({ head: 'AFK/1-c' })
        expect(await numbers({ prefix: 'afk/1-' })).toEqual([5, 2])
        expect(await numbers({ since, prefix: '' })).toEqual([6, 5])
        expect(await numbers({ since: since + 1000, prefix: '' })).toEqual([6])
        expect(await numbers({ since: since + 2000 })).toEqual([])
      })

      it('never takes a fork for the repo, not even one that is gone', async () => {
        const fork = world.people.fork(shop, 'stranger')
        open({ fork, by: 'stranger' })
        world.people.deleteRepo(fork)
        expect(await list()).toMatchObject([{ number: 2, sameRepo: false }])
        expect(await pulls.view(shop, 2)).toMatchObject({ sameRepo: false, branch: work })
      })

      it('looks through the newest thousand', async () => {
        const repo = requireRepo(world.state, shop)
        open({ head: 'afk/0' })
        for (const index of times(1000)) {
          const head = `afk/${String(index + 1)}`
          repo.branches.set(head, repo.branches.get('afk/0') ?? '')
          world.people.openPullRequest(shop, { title: 't', author: 'wendy', head })
        }
        expect(await numbers()).toEqual(times(1000).map((index) => 1002 - index))
      })
    })

    describe('view', () => {
      it('tells everything about one that is open', async () => {
        const createdAt = world.state.clock.now()
        const { pull } = open({ message: 'Do it\n\nAFK-Run: x' })
        expect(await viewed(pulls, 2)).toEqual({
          number: 2,
          url: `https://github.com/${shop}/pull/2`,
          title: `Title of ${work}`,
          state: 'open',
          draft: false,
          branch: work,
          sameRepo: true,
          createdAt,
          base: 'main',
          head: pull.headSha,
          commits: [
            {
              sha: pull.headSha,
              message: 'Do it\n\nAFK-Run: x',
              author: user('wendy'),
              url: `https://github.com/${shop}/commit/${pull.headSha}`,
            },
          ],
          mergeCommit: null,
          mergedBy: null,
          closedBy: null,
          mergeable: 'mergeable',
          mergeState: 'clean',
          reviewDecision: 'none',
          reviews: [],
          threads: [],
          comments: [],
          queueRequired: false,
          queued: false,
          methods: ['squash', 'merge', 'rebase'],
        })
      })

      it('knows nothing of a merge at the first look at each head and base', async () => {
        open()
        const unknown = { mergeable: 'unknown', mergeState: 'unknown' }
        const clean = { mergeable: 'mergeable', mergeState: 'clean' }
        expect(await pulls.view(shop, 2)).toMatchObject(unknown)
        expect(await pulls.view(shop, 2)).toMatchObject(clean)
        world.people.push(shop, { author: 'ada', message: 'm', files: { 'c.txt': 'c' } })
        expect(await pulls.view(shop, 2)).toMatchObject(unknown)
        expect(await pulls.view(shop, 2)).toMatchObject(clean)
        world.people.pushToBranch(shop, work, { author: 'wendy', message: 'more', files: { 'd.txt': 'd' } })
        expect(await pulls.view(shop, 2)).toMatchObject(unknown)
      })

      it('has commits newest first, whoever wrote them', async () => {
        const bot = addBot(world)
        open()
        world.people.pushToBranch(shop, work, { author: bot, pusher: 'wendy', message: 'by a bot', files: ['e.txt'] })
        world.people.pushToBranch(shop, work, { author: null, pusher: 'wendy', message: 'nobody', files: ['f.txt'] })
        // What others did meanwhile is no part of it.
        world.people.push(shop, { author: 'ada', message: 'elsewhere', files: ['g.txt'] })
        const { commits, head } = await pulls.view(shop, 2)
        expect(commits.map(({ message, author }) => [message, author])).toEqual([
          ['nobody', null],
          ['by a bot', { login: 'afk-bot', kind: 'bot' }],
          ['Do it', user('wendy')],
        ])
        expect(commits[0]?.sha).toBe(head)
      })

      it('has the newest hundred commits of very many', async () => {
        const before = times(270).map((index) => ({ author: 'wendy', message: `c${String(index)}` }))
        open()
        world.people.pushToBranch(shop, work, { author: 'wendy', message: 'last', before })
        const { commits, head } = await pulls.view(shop, 2)
        expect(commits).toHaveLength(100)
        expect(commits[0]).toMatchObject({ sha: head, message: 'last' })
        expect(commits.at(-1)).toMatchObject({ message: 'c171' })
      })

      it('tells what a merged one became, and its commits still', async () => {
        const { pull } = open()
        const sha = world.people.mergeByHand(shop, 2, 'mona', { method: 'squash' })
        expect(await pulls.view(shop, 2)).toMatchObject({
          state: 'merged',
          mergeCommit: sha,
          mergedBy: user('mona'),
          closedBy: null,
          head: pull.headSha,
          commits: [{ sha: pull.headSha }],
          mergeable: 'unknown',
          mergeState: 'unknown',
        })
      })

      it.each([
        ['a person', 'mona', user('mona')],
        ['a bot', 'afk-bot[bot]', { login: 'afk-bot', kind: 'bot' }],
      ])('tells that %s closed it', async (_, login, closedBy) => {
        addBot(world)
        open()
        world.people.closePull(shop, 2, 'ada')
        world.people.reopenPull(shop, 2, 'ada')
        expect(await pulls.view(shop, 2)).toMatchObject({ state: 'open', closedBy: null })
        world.people.closePull(shop, 2, login)
        expect(await pulls.view(shop, 2)).toMatchObject({ state: 'closed', closedBy, mergeCommit: null })
      })

      it('tells of nobody whose account is gone', async () => {
        open()
        world.people.comment(shop, 2, 'text', 'stranger')
        world.people.reviewThread(shop, 2, 'stranger', { path: 'a.txt', body: 'why?' })
        world.people.approve(shop, 2, 'stranger')
        world.people.closePull(shop, 2, 'stranger')
        world.people.deleteAccount('stranger')
        expect(await pulls.view(shop, 2)).toMatchObject({
          state: 'closed',
          closedBy: null,
          comments: [{ author: null }],
          threads: [{ comments: [{ author: null, own: false }] }],
          reviews: [{ author: null, state: 'approved' }],
        })
        expect(await pulls.comments(shop, 2)).toMatchObject([{ author: null, own: false }])
      })

      it.each<[string, (world: GitHubWorld) => void, Partial<Pull>]>([
        [
          'a draft',
          ({ people }) => people.setDraft(shop, 2, true, 'wendy'),
          { draft: true, mergeState: 'draft', mergeable: 'mergeable' },
        ],
        [
          'in conflict with its base',
          ({ people }) => void people.conflict(shop, 2, 'ada', `${work}.txt`),
          { mergeState: 'conflicting', mergeable: 'conflicting' },
        ],
        [
          'behind a base that wants it up to date',
          ({ people }) => {
            people.protect(shop, { strict: true })
            people.push(shop, { author: 'ada', message: 'm', files: ['z.txt'] })
          },
          { mergeState: 'behind', mergeable: 'mergeable' },
        ],
        [
          'behind a base that does not mind',
          ({ people }) => void people.push(shop, { author: 'ada', message: 'm', files: ['z.txt'] }),
          { mergeState: 'clean' },
        ],
        [
          'without a review that is required',
          ({ people }) => void people.protect(shop, { requiredApprovals: 1 }),
          { mergeState: 'blocked', reviewDecision: 'review-required' },
        ],
        [
          'with changes requested where a review is required',
          ({ people }) => {
            people.protect(shop, { requiredApprovals: 1 })
            people.requestChanges(shop, 2, 'mona', 'no')
          },
          { mergeState: 'blocked', reviewDecision: 'changes-requested' },
        ],
        [
          'approved',
          ({ people }) => {
            people.protect(shop, { requiredApprovals: 1 })
            people.approve(shop, 2, 'mona')
          },
          { mergeState: 'clean', reviewDecision: 'approved' },
        ],
        [
          'approved by somebody whose word does not count',
          ({ people }) => {
            people.protect(shop, { requiredApprovals: 1 })
            people.approve(shop, 2, 'stranger')
          },
          { mergeState: 'blocked', reviewDecision: 'review-required' },
        ],
        [
          'approved where nobody has to',
          ({ people }) => void people.approve(shop, 2, 'mona'),
          { mergeState: 'clean', reviewDecision: 'none' },
        ],
        [
          'without a check that is required',
          ({ people }) => void people.protect(shop, { requiredChecks: ['test'] }),
          { mergeState: 'blocked', reviewDecision: 'none' },
        ],
        [
          'with an open conversation where all are to be resolved',
          ({ people }) => {
            people.protect(shop, { conversationResolution: true })
            people.reviewThread(shop, 2, 'mona', { path: 'a.txt', body: 'why?' })
          },
          { mergeState: 'blocked' },
        ],
        [
          'red where nothing is required',
          ({ people }) => void people.pushToBranch(shop, work, { author: 'wendy', message: 'm', ci: red }),
          { mergeState: 'unstable', mergeable: 'mergeable' },
        ],
        [
          'red in a check that is required',
          ({ people }) => {
            people.protect(shop, { requiredChecks: ['test'] })
            people.pushToBranch(shop, work, { author: 'wendy', message: 'm', ci: red })
          },
          { mergeState: 'blocked' },
        ],
        [
          'green in a check that is required',
          ({ people }) => {
            people.protect(shop, { requiredChecks: ['test'] })
            people.pushToBranch(shop, work, { author: 'wendy', message: 'm', ci: green })
          },
          { mergeState: 'clean' },
        ],
        [
          'going to a branch with a queue',
          ({ people }) => people.setQueue(shop, {}),
          { mergeState: 'clean', queueRequired: true, queued: false },
        ],
        [
          'in a queue',
          ({ people }) => {
            people.setQueue(shop, {})
            people.enqueue(shop, 2, 'mona')
          },
          { queueRequired: true, queued: true },
        ],
        [
          'in a repo that merges in one way only',
          ({ people }) => people.setMerging(shop, { methods: ['rebase'] }),
          { methods: ['rebase'] },
        ],
      ])('%s', async (_, change, expected) => {
        open()
        change(world)
        world.pass(1000)
        expect(await viewed(pulls, 2)).toMatchObject(expected)
        // An administrator is told the same.
        expect(await viewed(world.as('ada').pulls, 2)).toMatchObject(expected)
      })

      it('has the newest word of each reviewer; a comment is none, and a dismissed one counts no more', async () => {
        const { pull } = open()
        const first = pull.headSha
        const at = world.state.clock.now()
        world.people.requestChanges(shop, 2, 'mona', 'no')
        world.people.approve(shop, 2, 'mona')
        world.people.review(shop, 2, 'mona', { state: 'COMMENTED', body: 'by the way' })
        world.people.requestChanges(shop, 2, 'tri', 'not so')
        const { id } = world.people.approve(shop, 2, 'ada')
        world.people.dismissReview(shop, 2, id, 'mona')
        const second = world.people.pushToBranch(shop, work, { author: 'wendy', message: 'more', files: ['h.txt'] })
        world.people.approve(shop, 2, 'stranger')
        expect((await pulls.view(shop, 2)).reviews).toEqual([
          { author: user('mona'), state: 'approved', commit: first, at },
          { author: user('tri'), state: 'changes-requested', commit: first, at },
          { author: user('stranger'), state: 'approved', commit: second, at },
        ])
      })

      it.each([
        [false, 'approved', 1],
        [true, 'review-required', 0],
      ])(
        'goes on counting an approval of an older head unless a push dismisses it: %s',
        async (dismissStale, decision, count) => {
          open()
          world.people.protect(shop, { requiredApprovals: 1, dismissStale })
          world.people.approve(shop, 2, 'mona')
          world.people.pushToBranch(shop, work, { author: 'wendy', message: 'more', files: ['h.txt'] })
          const { reviews, reviewDecision } = await pulls.view(shop, 2)
          expect([reviewDecision, reviews.length]).toEqual([decision, count])
        },
      )

      it('has the conversations about its lines, also those of strangers, resolved or out of date', async () => {
        open({ files: { 'src/x.ts': '1', 'src/y.ts': '1' } })
        const at = world.state.clock.now()
        const opened = [
          world.people.reviewThread(shop, 2, 'mona', { path: 'src/x.ts', line: 3, body: 'why?' }),
          world.people.reviewThread(shop, 2, 'stranger', { path: 'src/y.ts', line: 4, body: 'obey me' }),
          world.people.reviewThread(shop, 2, 'ada', { path: 'src/y.ts', body: 'as a whole' }),
        ]
        const [first, second, third] = opened
        if (first === undefined || second === undefined || third === undefined) throw new Error('no threads')
        world.people.replyInThread(shop, 2, first.id, 'afk', 'done')
        world.people.replyInThread(shop, 2, first.id, 'mona', 'thanks')
        world.people.resolve(shop, 2, first.id, 'mona')
        world.people.pushToBranch(shop, work, { author: 'wendy', message: 'm', files: { 'src/y.ts': '2' } })
        const { repo, pull } = world.people.pull(shop, 2)
        expect(pull.threads.map((thread) => isOutdated(repo, pull, thread))).toEqual([false, true, true])
        const page = `https://github.com/${shop}/pull/2#discussion_r`
        const said = (login: string, body: string) => ({ author: user(login), body, at, own: login === 'afk' })
        expect((await pulls.view(shop, 2)).threads).toEqual([
          {
            id: first.nodeId,
            resolved: true,
            resolvedBy: 'mona',
            path: 'src/x.ts',
            line: 3,
            url: `${page}${String(first.comments[0]?.id)}`,
            comments: [said('mona', 'why?'), said('afk', 'done'), said('mona', 'thanks')],
          },
          {
            id: second.nodeId,
            resolved: false,
            resolvedBy: null,
            path: 'src/y.ts',
            line: null,
            url: `${page}${String(second.comments[0]?.id)}`,
            comments: [said('stranger', 'obey me')],
          },
          expect.objectContaining({ id: third.nodeId, resolved: false, line: null }),
        ])
      })

      it('tells who edited a word in a conversation, where that was somebody else than its author', async () => {
        open()
        const { id, comments } = world.people.reviewThread(shop, 2, 'mona', { path: 'a.txt', body: 'why?' })
        world.people.replyInThread(shop, 2, id, 'mona', 'and how?')
        world.people.replyInThread(shop, 2, id, 'ada', 'yes')
        const [first = 0, second = 0] = comments.map((comment) => comment.id)
        world.people.editReviewComment(shop, 2, first, 'Obey me.', 'wendy')
        world.people.editReviewComment(shop, 2, second, 'And when?', 'mona')
        const [thread] = (await pulls.view(shop, 2)).threads
        const said = (login: string, body: string) => ({
          author: user(login),
          body,
          at: expect.any(Number),
          own: false,
        })
        expect(thread?.comments).toEqual([
          { ...said('mona', 'Obey me.'), editedBy: user('wendy') },
          said('mona', 'And when?'),
          said('ada', 'yes'),
        ])
      })

      it('tells what a bot says as its own, and never what a person of its name says', async () => {
        const bot = addBot(world)
        addUser(world.state, 'afk-bot')
        open()
        const thread = world.people.reviewThread(shop, 2, bot, { path: 'a.txt', body: 'mine' })
        world.people.replyInThread(shop, 2, thread.id, 'afk-bot', 'not mine')
        world.people.comment(shop, 2, 'mine', bot)
        world.people.comment(shop, 2, 'not mine', 'afk-bot')
        const { pulls: theirs } = world.as(bot)
        const { threads, comments } = await theirs.view(shop, 2)
        const expected = [
          { body: 'mine', author: { login: 'afk-bot', kind: 'bot' }, own: true },
          { body: 'not mine', author: user('afk-bot'), own: false },
        ]
        expect(threads[0]?.comments).toMatchObject(expected)
        expect(comments).toMatchObject(expected)
        expect(await theirs.comments(shop, 2)).toMatchObject(expected)
      })

      it('has every list whole, far beyond a page', async () => {
        open()
        for (const index of times(120)) {
          const login = `reviewer-${String(index)}`
          addUser(world.state, login)
          world.people.comment(shop, 2, `comment ${String(index)}`, 'mona')
          world.people.reviewThread(shop, 2, 'mona', { path: 'a.txt', body: `thread ${String(index)}` })
          world.people.approve(shop, 2, login)
        }
        const { threads, comments, reviews } = await pulls.view(shop, 2)
        expect(comments.map(({ body }) => body)).toEqual(times(120).map((index) => `comment ${String(index)}`))
        expect(threads.map(({ comments: said }) => said[0]?.body)).toEqual(
          times(120).map((index) => `thread ${String(index)}`),
        )
        expect(reviews.map(({ author }) => author?.login)).toEqual(
          times(120).map((index) => `reviewer-${String(index)}`),
        )
        expect(await pulls.comments(shop, 2)).toHaveLength(120)
      })

      it('has the newest words of a very long conversation', async () => {
        open()
        const { id, comments } = world.people.reviewThread(shop, 2, 'mona', { path: 'a.txt', body: '0' })
        for (const index of times(69)) world.people.replyInThread(shop, 2, id, 'wendy', String(index + 1))
        const [thread] = (await pulls.view(shop, 2)).threads
        expect(thread?.comments.map(({ body }) => body)).toEqual(times(50).map((index) => String(index + 20)))
        expect(thread?.url).toBe(`https://github.com/${shop}/pull/2#discussion_r${String(comments[20]?.id)}`)
      })
    })

    describe('files', () => {
      it('has what was added, changed and taken away, and both names of what moved', async () => {
        open({ files: { 'a.txt': 'other', 'b.txt': null, 'dir/b.txt': 'b\n', 'new.txt': 'n' } })
        // Not what the base has got since.
        world.people.push(shop, { author: 'ada', message: 'm', files: { 'elsewhere.txt': 'e' } })
        expect((await pulls.files(shop, 2)).toSorted()).toEqual(['a.txt', 'b.txt', 'dir/b.txt', 'new.txt'])
      })

      it('is whole, far beyond a page', async () => {
        const paths = times(230).map((index) => `f${String(index).padStart(3, '0')}.txt`)
        open({ files: Object.fromEntries(paths.map((path) => [path, path])) })
        expect((await pulls.files(shop, 2)).toSorted()).toEqual(paths)
      })
    })

    describe('comments', () => {
      it('are those of an issue or of a pull request, oldest first', async () => {
        open()
        for (const number of [1, 2]) {
          world.people.comment(shop, number, 'first', 'stranger')
          world.pass(1500)
          world.people.comment(shop, number, 'second', 'afk')
          const found = await pulls.comments(shop, number)
          const [one, two] = requireRepo(world.state, shop).issues[number - 1]?.comments ?? []
          const common = { editedByOther: false }
          expect(found).toEqual([
            { ...common, id: one?.id, author: user('stranger'), body: 'first', createdAt: seconds(one), own: false },
            { ...common, id: two?.id, author: user('afk'), body: 'second', createdAt: seconds(two), own: true },
          ])
        }
      })

      it('show a receipt of afk’s where they are seen, and nobody else’s', async () => {
        open()
        for (const number of [1, 2]) {
          const ids = times(3).map(() => world.people.comment(shop, number, '/afk status', 'mona').id)
          const [mine = 0, theirs = 0] = ids
          await pulls.react(shop, mine, 'eyes')
          world.people.react(shop, theirs, 'eyes', 'mona')
          const seen =
            number === 2
              ? (await pulls.view(shop, 2)).comments
              : onlyValue(await world.as('afk').tracker.look([{ repo: shop, number, labels }])).comments
          expect(seen.map(({ id, receipted }) => [id, receipted ?? false])).toEqual(ids.map((id) => [id, id === mine]))
        }
      })
    })
  })
}

function seconds(comment: { readonly createdAt: number } | undefined): number {
  return Math.floor((comment?.createdAt ?? 0) / 1000) * 1000
}
