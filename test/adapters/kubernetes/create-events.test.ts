import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createEvents } from '../../../src/adapters/kubernetes/create-events.ts'
import { PortError } from '../../../src/ports/errors.ts'
import type { JournalEntry } from '../../../src/ports/journal.ts'
import type { Rule } from '../../sandbox/kubernetes/rbac.ts'
import { aCluster, type KubernetesWorld } from './world.ts'

const rules: readonly Rule[] = [
  { apiGroups: ['batch'], resources: ['cronjobs'], resourceNames: ['afk-poller'], verbs: ['get'] },
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create'] },
]
const entry: JournalEntry = { reason: 'Dispatched', message: 'dispatched acme/shop#1 (run 1)', type: 'Normal' }

let world: KubernetesWorld
beforeEach(async () => {
  world = await aCluster(rules)
  world.cluster.state.addCronJob('afk', 'afk-poller')
})
afterEach(() => world.close())

const journal = (more: { cronJob?: string; namespace?: string } = {}) =>
  createEvents({ ...world.options, namespace: 'afk', cronJob: 'afk-poller', instance: 'afk-poller-29-x', ...more })

async function failureOf(promise: Promise<void>): Promise<PortError> {
  const thrown: unknown = await promise.then(
    () => null,
    (error: unknown) => error,
  )
  if (thrown instanceof PortError) return thrown
  throw new Error(`expected a PortError, got ${String(thrown)}`)
}

describe('a Journal of Kubernetes Events', () => {
  it('tells of the CronJob by its uid, with the time of the server', async () => {
    await journal().record(entry)
    expect(world.cluster.state.events).toHaveLength(1)
    expect(world.cluster.state.events[0]).toMatchObject({
      eventTime: '2031-05-06T07:08:09.000000Z',
      type: 'Normal',
      reason: 'Dispatched',
      action: 'Dispatched',
      note: 'dispatched acme/shop#1 (run 1)',
      reportingController: 'afk',
      reportingInstance: 'afk-poller-29-x',
      regarding: {
        kind: 'CronJob',
        apiVersion: 'batch/v1',
        name: 'afk-poller',
        namespace: 'afk',
        uid: (world.cluster.state.cronJobs.get('afk/afk-poller') as { metadata: { uid: string } }).metadata.uid,
      },
    })
  })

  it('reads the CronJob once for many entries', async () => {
    const one = journal()
    await one.record(entry)
    await one.record({ ...entry, reason: 'Landed' })
    expect(world.cluster.requests.map(({ verb, resource }) => `${verb} ${resource}`)).toEqual([
      'get cronjobs',
      'create events',
      'create events',
    ])
  })

  it('cuts a note to what the API server takes, by bytes and between characters', async () => {
    await journal().record({ ...entry, message: `${'é'.repeat(511)}x🦊` })
    expect(world.cluster.state.events[0]?.['note']).toBe(`${'é'.repeat(511)}x`)
  })

  it.each([
    ['a namespace of others', { namespace: 'other' }, 'not-found'],
    ['a CronJob that it may not read', { cronJob: 'afk-watcher' }, 'forbidden'],
  ] as const)('%s', async (_what, more, category) => {
    expect((await failureOf(journal(more).record(entry))).category).toBe(category)
    expect(world.cluster.state.events).toEqual([])
  })

  it('says not-found for a CronJob that does not exist', async () => {
    world.cluster.state.cronJobs.clear()
    expect(await failureOf(journal().record(entry))).toMatchObject({ category: 'not-found', port: 'journal' })
  })

  it('names the remedy when it may not create Events', async () => {
    world.cluster.state.grant(world.cluster.token, rules.slice(0, 1))
    const failure = await failureOf(journal().record(entry))
    expect(failure).toMatchObject({ category: 'forbidden', operation: 'record' })
    expect(failure.message).toContain('deploy/base')
  })

  it.each([
    ['500', 'unavailable'],
    ['hang', 'unavailable'],
    ['reset', 'unavailable'],
    ['lost-answer', 'unavailable'],
    ['401', 'auth'],
    ['409', 'conflict'],
  ] as const)('a write that meets %s is %s, and is not sent again', async (kind, category) => {
    world.cluster.faults.add({ match: { verb: 'create' }, kind })
    expect((await failureOf(journal().record(entry))).category).toBe(category)
    const writes = world.cluster.requests.filter(({ verb }) => verb === 'create').length
    // Credentials are read again after a 401, once (SPEC 4).
    expect(writes).toBeLessThanOrEqual(kind === '401' ? 2 : 1)
    expect(world.cluster.state.events.length).toBeLessThanOrEqual(1)
  })

  it('an answer that is no CronJob is a broken contract', async () => {
    world.cluster.state.cronJobs.set('afk/afk-poller', { kind: 'CronJob' })
    expect((await failureOf(journal().record(entry))).category).toBe('contract')
  })
})
