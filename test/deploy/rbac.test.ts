import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Rule } from '../sandbox/kubernetes/rbac.ts'
import { account, createClusterStage, type ClusterStage } from './cluster-stage.ts'
import { programs, rendered } from './manifests.ts'
import { grantsOf, rolesOf } from './roles.ts'
import type { FormRan } from './run-form.ts'

/**
 * RBAC is what the code calls, both ways: the accounts of the sandbox's cluster have the rights of the manifests and no other, whole
 * stories run, and every right is used.
 */
const sources = { kind: 'sources' } as const
let world: ClusterStage
let landed: FormRan[]

beforeAll(async () => {
  world = await createClusterStage()
  for (const repo of ['acme/shop', 'acme/api', 'acme/web']) world.stage.ready(repo)
  await world.stage.pass(120)
  landed = []
  for (let round = 0; round < 3; round += 1) {
    // A deadline may be a fraction; the Lease that goes with it lasts whole seconds.
    const deadline = { AFK_TICK_DEADLINE_SECONDS: '44.5' }
    landed.push(await world.run(sources, 'poller', deadline), await world.run(sources, 'watcher', deadline))
    await world.stage.pass(60)
    world.rollOut()
  }
}, 120_000)
afterAll(() => world.close())

/** `get leases.coordination.k8s.io/afk-poller in afk`; a rule without names stands for all of them. */
function wordsOf(rule: Rule): readonly string[] {
  return rule.apiGroups.flatMap((group) =>
    rule.resources.flatMap((resource) =>
      rule.verbs.flatMap((verb) =>
        (rule.resourceNames ?? ['*']).map((name) => `${verb} ${resource}.${group}/${name} in ${rule.namespace}`),
      ),
    ),
  )
}

describe.each(programs)('the %s', (program) => {
  const granted = rolesOf(`afk-${program}`).flatMap(wordsOf)
  const requests = () => world.cluster.requests.filter(({ user }) => user === account(program))

  it('ran without a refusal', () => {
    expect(requests().length).toBeGreaterThan(10)
    expect(requests().filter(({ status }) => status === 401 || status === 403)).toEqual([])
    for (const { code, stdout, stderr } of landed) expect(code, stdout + stderr).toBe(0)
  })

  it('uses every right that it has, and has every right that it uses', () => {
    const used = requests().map(({ verb, group, resource, namespace, name }) => {
      const exact = `${verb} ${resource}.${group}/${name ?? ''} in ${namespace ?? ''}`
      return granted.includes(exact) ? exact : `${verb} ${resource}.${group}/* in ${namespace ?? ''}`
    })
    expect([...new Set(used)].toSorted()).toEqual(granted.toSorted())
  })

  it('has no right anywhere but in its own namespace in the base', () => {
    expect(grantsOf(rendered('base'), `afk-${program}`).map(({ namespace }) => namespace)).not.toContain('shop')
    expect(grantsOf(rendered('base'), 'default')).toEqual([])
  })

  it('fails where a right is missing: the test would see it', async () => {
    const token = `token-of-the-${program}`
    world.cluster.state.grant(
      token,
      rolesOf(`afk-${program}`).filter(({ resources }) => !resources.includes('leases')),
      account(program),
    )
    const ran = await world.run(sources, program)
    world.cluster.state.grant(token, rolesOf(`afk-${program}`), account(program))
    expect(ran.code).toBe(3)
    expect(ran.lines.find(({ event }) => event === 'error')).toMatchObject({ port: 'lock', category: 'forbidden' })
  })
})

describe('the story on the CronJobs', () => {
  const told = (program: string) =>
    world.cluster.state.events
      .filter(({ regarding }) => (regarding as { name: string }).name === `afk-${program}`)
      .map(
        ({ type, reason, note }) =>
          `${String(type)} ${String(reason)} ${/acme\/\w+#\d+/.exec(String(note))?.[0] ?? ''}`,
      )
      .toSorted()

  it('tells once of every dispatch and of every end', () => {
    expect(told('poller')).toEqual([
      'Normal Dispatched acme/api#1',
      'Normal Dispatched acme/shop#1',
      'Normal Dispatched acme/web#1',
    ])
    expect(told('watcher')).toEqual([
      'Normal Landed acme/api#1',
      'Normal Landed acme/shop#1',
      'Warning Escalated acme/web#1',
    ])
  })

  it('says nothing of the issues’ texts', () => {
    expect(JSON.stringify(world.cluster.state.events)).not.toMatch(/A task|As talked about/)
  })

  it('its failure costs a warning, and the tick stays good', async () => {
    const number = world.stage.ready('acme/web')
    await world.stage.pass(120)
    world.cluster.faults.add({ match: { resource: 'events' }, kind: '500' })
    const ran = await world.run(sources, 'poller')
    world.cluster.faults.clear()
    expect(ran.code, ran.stdout).toBe(0)
    expect(ran.lines.find(({ event }) => event === 'warning')).toMatchObject({
      port: 'journal',
      category: 'unavailable',
    })
    expect(ran.lines.at(-1)).toMatchObject({ event: 'summary', outcome: 'ok' })
    expect(world.stage.labels('acme/web', number)).toContain('agent-in-progress')
    expect(world.cluster.state.lease('afk', 'afk-poller')?.spec['holderIdentity']).toBe('')
  })
})
