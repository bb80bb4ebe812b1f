import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FaultKind } from '../../sandbox/github/http/faults.ts'
import { requireIssue } from '../../sandbox/github/state/issues.ts'
import { requireRepo } from '../../sandbox/github/state/repos.ts'
import type { PortError } from '../../../src/ports/errors.ts'
import type { Fetch } from '../../../src/ports/fetch.ts'
import type { Rig } from './rig.ts'
import { connect, failureOf, labels, shop, startRig } from './rig.ts'

const secretText = 'the-text-of-an-issue'
const secretToken = 'token-afk'

let rig: Rig
beforeEach(async () => {
  rig = await startRig({}, { deadline: () => 5000 })
  rig.people.open(shop, { title: secretText, body: secretText, author: 'mona', labels: [labels.ready] })
  rig.people.push(shop, { author: 'wendy', message: secretText, files: ['a'] })
})
afterEach(() => rig.stop())

const ref = { repo: shop, number: 1 }

/** One method for each way to ask: a REST read, a GraphQL batch, an idempotent write, a comment. */
function methods({ hub }: Pick<Rig, 'hub'>): Readonly<Record<string, () => Promise<unknown>>> {
  return {
    history: () => hub.ci.history(shop, 'main', { depth: 5 }),
    overview: () => hub.tracker.overview([{ repo: shop, labels }]),
    addLabel: () => hub.tracker.addLabel(ref, secretText),
    comment: () => hub.tracker.comment(ref, secretText),
  }
}

/** A clock on which every write has its turn at once. */
function atOnce() {
  let now = 0
  return { now: () => (now += 2000), sleep: async () => {} }
}

async function failuresOf(
  asked: Readonly<Record<string, () => Promise<unknown>>>,
): Promise<readonly (readonly [string, PortError])[]> {
  return Promise.all(Object.entries(asked).map(async ([name, ask]) => [name, await failureOf(ask())] as const))
}

const table: readonly (readonly [FaultKind, PortError['category'], number | null])[] = [
  ['401', 'auth', 401],
  ['403', 'forbidden', 403],
  ['403-rate', 'rate', 403],
  ['403-secondary', 'rate', 403],
  ['429', 'rate', 429],
  ['404', 'not-found', 404],
  ['405', 'refused', 405],
  ['405-race', 'conflict', 405],
  ['409', 'conflict', 409],
  ['422', 'refused', 422],
  ['500', 'unavailable', 500],
  ['502', 'unavailable', 502],
  ['reset', 'unavailable', null],
  ['reset-mid-body', 'unavailable', null],
]

describe('the table of categories, for each way to ask', () => {
  it.each(table)('%s is %s', async (kind, category, status) => {
    rig.server.faults.add({ match: {}, kind, retryAfter: 60 })
    const hub = connect(rig.server.url, { deadline: () => 5000, clock: atOnce() })
    const errors = await failuresOf(methods({ hub }))
    for (const [name, error] of errors) {
      expect(error, name).toMatchObject({ category, status, operation: name })
      expect(error.message).toContain(`github ${name} of ${shop}`)
      if (status !== null) expect(error.message).toContain(String(status))
      expectNoSecret(error)
    }
  })

  it('no answer in time is unavailable', async () => {
    const hub = connect(rig.server.url, { deadline: () => 150, clock: atOnce() })
    rig.server.faults.add({ match: {}, kind: 'hang' })
    for (const [name, error] of await failuresOf(methods({ hub }))) {
      expect(error, name).toMatchObject({ category: 'unavailable', status: null })
      expect(error.message).toMatch(/no answer within 150 ms/)
      expectNoSecret(error)
    }
  })

  it('a tick whose last seconds are no whole milliseconds is asked and answered as any other', async () => {
    const hub = connect(rig.server.url, { deadline: () => 4999.25 })
    for (const [name, ask] of Object.entries(methods({ hub }))) await expect(ask(), name).resolves.not.toThrow()
    expect(rig.taken().length).toBeGreaterThan(3)
  })

  it('nothing is sent after the end of the tick', async () => {
    const hub = connect(rig.server.url, { deadline: () => 0 })
    for (const [name, error] of await failuresOf(methods({ hub }))) {
      expect(error, name).toMatchObject({ category: 'unavailable', isTooLate: true })
    }
    expect(rig.taken()).toEqual([])
  })
})

describe.each(['history', 'overview', 'comment'])('an answer to %s that cannot be read', (name) => {
  it.each(['html', 'truncated-json'] as const)('%s is a contract error that shows its shape alone', async (kind) => {
    rig.server.faults.add({ match: {}, kind })
    const error = await failureOf(methods(rig)[name]?.() ?? Promise.resolve())
    expect(error.category).toBe('contract')
    expect(error.message).toMatch(/expected .*got string\(\d+\)/)
    expectNoSecret(error)
  })
})

describe('the rest of the table', () => {
  it('tells the seconds to wait', async () => {
    rig.server.faults.add({ match: {}, kind: '403-secondary', retryAfter: 77, times: 1 })
    expect((await failureOf(rig.hub.tracker.permission(shop, 'ada'))).retryAfter).toBe(77)
    rig.server.faults.add({ match: {}, kind: '403-rate' })
    const { retryAfter } = await failureOf(rig.hub.tracker.permission(shop, 'ada'))
    expect(retryAfter).toBeGreaterThanOrEqual(600)
    expect(retryAfter).toBeLessThanOrEqual(602)
  })

  it('is unavailable for a server that is not there', async () => {
    const error = await failureOf(connect('http://127.0.0.1:9', { deadline: () => 2000 }).tracker.self())
    expect(error.category).toBe('unavailable')
    expect(error.message).toMatch(/github self of the token: \w+/)
  })
})

describe('what is repeated', () => {
  const counts: readonly (readonly [string, number])[] = [
    ['history', 3],
    ['overview', 3],
    ['addLabel', 3],
    ['comment', 1],
  ]

  it.each(counts)('%s is sent %i times to a server that is broken', async (name, times) => {
    rig.server.faults.add({ match: {}, kind: '500' })
    await failureOf(methods(rig)[name]?.() ?? Promise.resolve())
    expect(rig.taken()).toHaveLength(times)
  })

  it.each(['history', 'overview', 'addLabel'])('%s comes through after two failures', async (name) => {
    rig.server.faults.add({ match: {}, kind: 'reset', times: 1 })
    rig.server.faults.add({ match: {}, kind: '502', times: 1 })
    await methods(rig)[name]?.()
    expect(rig.taken()).toHaveLength(3)
  })

  it.each(['403', '404', '409', '422', 'html'] as const)('nothing is after a %s', async (kind) => {
    rig.server.faults.add({ match: {}, kind })
    await failureOf(rig.hub.ci.history(shop, 'main', { depth: 1 }))
    expect(rig.taken()).toHaveLength(1)
  })

  it('is not sent again when the pause would outlast the tick', async () => {
    let left = 5000
    const hub = connect(rig.server.url, { deadline: () => left })
    rig.server.faults.add({
      match: () => {
        left = 100
        return true
      },
      kind: '500',
    })
    await failureOf(hub.ci.history(shop, 'main', { depth: 1 }))
    expect(rig.taken()).toHaveLength(1)
  })

  it.each(['history', 'overview', 'addLabel', 'comment'])(
    '%s waits for a limit that ends within the tick',
    async (name) => {
      rig.server.faults.add({ match: {}, kind: '429', retryAfter: 1, times: 1 })
      const hub = connect(rig.server.url, { deadline: () => 5000, clock: atOnce() })
      const began = performance.now()
      await methods({ hub })[name]?.()
      expect(performance.now() - began).toBeGreaterThan(990)
      expect(rig.taken()).toHaveLength(2)
    },
  )

  it.each([
    ['403-secondary', 0],
    ['403-rate', 600],
  ] as const)('a comment that a %s of %i s turned away is posted once or not at all', async (kind, retryAfter) => {
    rig.server.faults.add({ match: { method: 'POST' }, kind, retryAfter, times: 1 })
    const hub = connect(rig.server.url, { deadline: () => 5000, clock: atOnce() })
    const done = await hub.tracker.comment(ref, 'once').catch(() => null)
    expect(rig.taken()).toHaveLength(done === null ? 1 : 2)
    expect(done === null).toBe(retryAfter > 5)
    const bodies = requireIssue(requireRepo(rig.state, shop), 1).comments.map(({ body }) => body)
    expect(bodies).toEqual(done === null ? [] : ['once'])
  })

  it('fails at once for a limit that outlasts the tick', async () => {
    rig.server.faults.add({ match: {}, kind: '403-secondary', retryAfter: 30, times: 1 })
    const began = performance.now()
    await failureOf(rig.hub.ci.history(shop, 'main', { depth: 1 }))
    rig.server.faults.add({ match: {}, kind: '429', retryAfter: 30 })
    await failureOf(rig.hub.tracker.comment(ref, 'x'))
    // Waiting for them would be a minute.
    expect(performance.now() - began).toBeLessThan(15_000)
    expect(rig.taken()).toHaveLength(2)
  })

  it('never posts a comment twice whose answer got lost', async () => {
    rig.server.faults.add({ match: { method: 'POST' }, kind: 'lost-answer' })
    expect((await failureOf(rig.hub.tracker.comment(ref, 'once'))).category).toBe('unavailable')
    expect(rig.taken()).toHaveLength(1)
  })

  it.each([
    ['a label put on', () => rig.hub.tracker.addLabel(ref, labels.inProgress)],
    ['a label taken off', () => rig.hub.tracker.removeLabel(ref, labels.ready)],
    ['a close', () => rig.hub.tracker.close(ref)],
  ])('%s whose answer got lost is done', async (_, write) => {
    rig.server.faults.add({ match: {}, kind: 'lost-answer', times: 1 })
    await write()
    expect(rig.taken().length).toBeGreaterThan(1)
  })
})

describe('how many at a time', () => {
  it('has at most 8 requests in flight', async () => {
    let inFlight = 0
    let most = 0
    const full = Promise.withResolvers<void>()
    const counting: Fetch = async (url, init) => {
      inFlight += 1
      most = Math.max(most, inFlight)
      if (inFlight === 8) full.resolve()
      try {
        // All of them wait for the eighth, and then a while for one more.
        await full.promise
        await new Promise((done) => setTimeout(done, 50))
        return await fetch(url, init)
      } finally {
        inFlight -= 1
      }
    }
    const { tracker } = connect(rig.server.url, { fetch: counting })
    await Promise.all(Array.from({ length: 12 }, () => tracker.permission(shop, 'ada')))
    expect(rig.taken()).toHaveLength(12)
    expect(most).toBe(8)
  })
})

function expectNoSecret(error: PortError): void {
  const everything = `${inspect(error, { depth: 10 })} ${JSON.stringify(error)}`
  expect(everything).not.toContain(secretText)
  expect(everything).not.toContain(secretToken)
}
