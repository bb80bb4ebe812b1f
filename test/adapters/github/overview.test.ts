import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addRepo } from '../../sandbox/github/state/repos.ts'
import type { Rig } from './rig.ts'
import { labels, shop, startRig, valuesOf } from './rig.ts'

let rig: Rig
beforeEach(async () => {
  rig = await startRig()
})
afterEach(() => rig.stop())

const asked = { repo: shop, labels }

describe('overview', () => {
  it('has the open ready issues, the locked ones of any state, and no pull request', async () => {
    for (let number = 1; number <= 4; number += 1) rig.people.open(shop, { title: 't', author: 'mona' })
    rig.people.open(shop, { title: 'pull', author: 'mona', isPullRequest: true })
    for (const number of [1, 2, 5]) rig.people.label(shop, number, labels.ready, 'mona')
    for (const number of [3, 4]) rig.people.label(shop, number, labels.inProgress, 'mona')
    for (const number of [2, 4]) rig.people.close(shop, number, 'mona')
    const [found] = valuesOf(await rig.hub.tracker.overview([asked]))
    expect(found).toEqual({ repo: shop, nameWithOwner: shop, base: null, ready: [1], locked: [3, 4] })
  })

  it('finds labels in any letter case', async () => {
    rig.people.open(shop, { title: 't', author: 'mona', labels: [labels.ready] })
    const shouted = { ...labels, ready: 'READY-for-Agent' }
    const [found] = valuesOf(await rig.hub.tracker.overview([{ repo: 'ACME/Shop', labels: shouted }]))
    expect(found).toMatchObject({ repo: 'ACME/Shop', nameWithOwner: shop, ready: [1] })
  })

  it.each([
    [[], 'none'],
    [['success', 'success'], 'success'],
    [['success', 'pending'], 'pending'],
    [['success', 'failure'], 'failure'],
    [['error'], 'failure'],
  ] as const)('sums %j up to %s', async (states, rollup) => {
    const sha = rig.people.push(shop, {
      author: 'wendy',
      message: 'm',
      files: { a: 'a' },
      ci: { statuses: states.map((state, index) => ({ context: `c${String(index)}`, state })) },
    })
    const [found] = valuesOf(await rig.hub.tracker.overview([asked]))
    expect(found?.base).toEqual({ branch: 'main', head: sha, rollup })
  })

  it('is complete beyond a page', async () => {
    for (let number = 1; number <= 230; number += 1) {
      rig.people.open(shop, { title: 't', author: 'mona', labels: [number > 205 ? labels.inProgress : labels.ready] })
    }
    const [found] = valuesOf(await rig.hub.tracker.overview([asked]))
    expect(found?.ready.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 205 }, (_, index) => index + 1))
    expect(found?.locked).toHaveLength(25)
    expect(rig.taken()).toHaveLength(3)
  })

  it('tells a moved repo by its new name, and one it cannot see as not found, in the order asked', async () => {
    rig.people.rename(shop, 'acme/store')
    addRepo(rig.state, 'acme/secret', { private: true })
    const repos = ['acme/secret', shop, 'acme/nowhere'].map((repo) => ({ repo, labels }))
    const answers = await rig.hub.tracker.overview(repos)
    expect(answers.map((answer) => answer.ref)).toEqual(['acme/secret', shop, 'acme/nowhere'])
    expect(answers.map((answer) => (answer.ok ? answer.value.nameWithOwner : answer.error.category))).toEqual([
      'not-found',
      'acme/store',
      'not-found',
    ])
    const [hidden] = answers
    expect(hidden?.ok === false && hidden.error.message).toContain('github overview of acme/secret')
  })

  it('asks for 50 repos in one request of one point, and for 51 in two', async () => {
    const repos = Array.from({ length: 51 }, (_, index) => `acme/r${String(index)}`)
    for (const repo of repos) addRepo(rig.state, repo)
    await rig.hub.tracker.overview(repos.slice(0, 50).map((repo) => ({ repo, labels })))
    expect(rig.taken().map(({ operation, points }) => [operation, points])).toEqual([['graphql', 1]])
    expect(rig.hub.meter).toMatchObject({ requests: 1, points: 1 })
    await rig.hub.tracker.overview(repos.map((repo) => ({ repo, labels })))
    expect(rig.taken()).toHaveLength(2)
  })

  it('asks nothing for no repo', async () => {
    expect(await rig.hub.tracker.overview([])).toEqual([])
    expect(rig.taken()).toEqual([])
  })

  it('halves a query that is too big until it fits', async () => {
    const repos = Array.from({ length: 8 }, (_, index) => `acme/r${String(index)}`)
    for (const repo of repos) addRepo(rig.state, repo)
    rig.server.faults.add({ match: ({ text }) => text.includes('item4:'), kind: '502' })
    const answers = await rig.hub.tracker.overview(repos.map((repo) => ({ repo, labels })))
    expect(valuesOf(answers).map(({ repo }) => repo)).toEqual(repos)
    expect(rig.taken()).toHaveLength(3)
  })

  it.each([1, 2, 3])('loses no repo to %i bad answers in a row', async (times) => {
    addRepo(rig.state, 'acme/api')
    rig.server.faults.add({ match: {}, kind: '502', times })
    const answers = await rig.hub.tracker.overview([shop, 'acme/api'].map((repo) => ({ repo, labels })))
    expect(valuesOf(answers).map(({ repo }) => repo)).toEqual([shop, 'acme/api'])
  })

  it('asks four single repos once more at most while GitHub is down', async () => {
    const repos = Array.from({ length: 8 }, (_, index) => `acme/r${String(index)}`)
    rig.server.faults.add({ match: {}, kind: '502' })
    await Promise.allSettled([rig.hub.tracker.overview(repos.map((repo) => ({ repo, labels })))])
    // Eight in one, halves, quarters, singles: fifteen.
    expect(rig.taken()).toHaveLength(15 + 4)
  })

  it('leaves a repo that can never be answered alone to fail', async () => {
    const repos = Array.from({ length: 4 }, (_, index) => `acme/r${String(index)}`)
    for (const repo of repos) addRepo(rig.state, repo)
    rig.server.faults.add({ match: ({ text }) => text.includes('"r2"'), kind: '502' })
    const answers = await rig.hub.tracker.overview(repos.map((repo) => ({ repo, labels })))
    expect(answers.map((answer) => (answer.ok ? 'ok' : answer.error.category))).toEqual([
      'ok',
      'ok',
      'unavailable',
      'ok',
    ])
  })
})

describe('summaries', () => {
  it('has texts, labels and open dependencies of open ready issues', async () => {
    rig.people.open(shop, { title: 'blocker', author: 'mona' })
    rig.people.open(shop, { title: 'Title', body: 'Body', author: 'mona', labels: [labels.ready, 'P1'] })
    rig.people.open(shop, { title: 'pull', author: 'mona', labels: [labels.ready], isPullRequest: true })
    rig.people.addBlocker(shop, 2, { number: 1 }, 'mona')
    const [found] = valuesOf(await rig.hub.tracker.summaries([asked]))
    expect(found?.[0]?.url).toMatch(/\/acme\/shop\/issues\/2$/)
    expect(found).toMatchObject([
      {
        repo: shop,
        number: 2,
        title: 'Title',
        body: 'Body',
        labels: [labels.ready, 'P1'],
        openDependencies: 1,
      },
    ])
  })

  it('is complete beyond a page, for repos of two queries', async () => {
    for (let number = 1; number <= 60; number += 1) {
      rig.people.open(shop, { title: 't', author: 'mona', labels: [labels.ready] })
    }
    const others = Array.from({ length: 20 }, (_, index) => `acme/r${String(index)}`)
    for (const repo of others) addRepo(rig.state, repo)
    const answers = await rig.hub.tracker.summaries([shop, ...others].map((repo) => ({ repo, labels })))
    expect(valuesOf(answers).map((issues) => issues.length)).toEqual([60, ...others.map(() => 0)])
    expect(rig.taken()).toHaveLength(3)
  })
})
