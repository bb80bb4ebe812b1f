import { describe, expect, it } from 'vitest'
import { deploy, named, podOf, programs, rendered, renderings } from '../deploy/manifests.ts'
import { applyStrictly } from './apply.ts'
import type { Bench } from './bench.ts'
import type { Answer } from './kube-api.ts'
import { hasKubectl } from './kubectl.ts'

const lease = '/apis/coordination.k8s.io/v1/namespaces/afk/leases/afk-poller'

/** deploy/ as the API server takes it: decoding, validation and admission that no schema here has. */
export function manifestCases(bench: () => Bench): void {
  it.skipIf(!hasKubectl)('the base applied to an empty cluster is taken whole, and warned of by nobody', () => {
    const said = bench().applied
    expect(said).toMatchObject({ code: 0, err: '' })
    expect(said?.out.trim().split('\n')).toHaveLength(rendered('base').length)
    expect(said?.out).not.toMatch(/unchanged|configured/)
  })

  it('all of it is there', async () => {
    for (const manifest of rendered('base')) {
      expect(await applyStrictly(bench().api, manifest), manifest.metadata.name).toMatchObject({ status: 200 })
    }
  })

  it.skipIf(!hasKubectl)('applied again it changes nothing, and takes no lock from anyone', async () => {
    const { api } = bench()
    const held = { spec: { holderIdentity: 'somebody', leaseDurationSeconds: 70, leaseTransitions: 7 } }
    await api.get(lease, { method: 'PATCH', body: held, type: 'application/merge-patch+json' })
    const dry = bench().kubectl('apply', '-k', `${deploy}/base`, '--dry-run=server')
    const again = bench().kubectl('apply', '-k', `${deploy}/base`)
    for (const { code, out, err } of [dry, again]) {
      expect({ code, err }).toEqual({ code: 0, err: '' })
      for (const line of out.trim().split('\n')) expect(line).toMatch(/ unchanged(?: \(server dry run\))?$/)
    }
    expect((await api.get(lease)).spec).toEqual(held.spec)
    await api.get(lease, { method: 'PATCH', body: { spec: null }, type: 'application/merge-patch+json' })
  })

  it.each(renderings)('every object of %s passes strict decoding, validation and admission', async (rendering) => {
    const seen: [string, Answer][] = []
    for (const manifest of rendered(rendering)) {
      seen.push([`${manifest.kind} ${manifest.metadata.name}`, await applyStrictly(bench().api, manifest)])
    }
    expect(seen.filter(([, { status }]) => status !== 200 && status !== 201).map(tell)).toEqual([])
    expect(seen.filter(([, { warnings }]) => warnings.length > 0).map(tell)).toEqual([])
  })

  it('which would refuse a field that nobody knows, and warn of a pod that may too much', async () => {
    const cronJob = named(rendered('base'), 'CronJob', 'afk-poller')
    const typo = structuredClone(cronJob)
    typo['spec'].concurencyPolicy = 'Forbid'
    expect(await applyStrictly(bench().api, typo)).toMatchObject({ status: 500, body: { message: /concurencyPolicy/ } })
    const loose = structuredClone(cronJob)
    podOf(loose).container.securityContext.allowPrivilegeEscalation = true
    const { status, warnings } = await applyStrictly(bench().api, loose)
    expect(status).toBe(200)
    expect(warnings.join(' ')).toMatch(/would violate PodSecurity .*allowPrivilegeEscalation != false/)
  })

  it('the example, with both components, applies in one go and shut; the base shuts the gates of who is armed', async () => {
    const path = '/api/v1/namespaces/afk/configmaps/afk-gates'
    const gates = async () => (await bench().api.get(path)).data
    const shut = { AFK_KILL_SWITCH: 'true', AFK_ALLOWLIST: '' }
    const said = [await bench().apply('example')]
    expect(await gates()).toMatchObject(shut)
    const armed = { AFK_KILL_SWITCH: 'false', AFK_ALLOWLIST: 'acme/shop, acme/api' }
    await bench().api.get(path, { method: 'PATCH', body: { data: armed }, type: 'application/merge-patch+json' })
    expect(await gates()).toMatchObject(armed)
    said.push(await bench().apply('base'))
    expect(await gates()).toMatchObject(shut)
    if (!hasKubectl) return
    expect(said).toMatchObject([
      { code: 0, err: '' },
      { code: 0, err: '' },
    ])
    expect(said[0]?.out.trim().split('\n')).toHaveLength(rendered('example').length)
  })

  describe.each(programs)('a pod of the %s', (program) => {
    it('is let in by Pod Security, the quota, the limits and its account', async () => {
      const { status, body } = await createPod(bench(), program, () => {})
      expect(status, body.message).toBe(201)
      expect(body.spec.volumes.map(({ name }: { name: string }) => name)).toContainEqual(
        expect.stringMatching(/^kube-api-access-/),
      )
      expect(body.spec).toMatchObject({ serviceAccountName: `afk-${program}`, enableServiceLinks: false })
    })

    it('would not be let in with more', async () => {
      const root = await createPod(bench(), program, (spec) => {
        spec.containers[0].securityContext.runAsUser = 0
      })
      expect(root).toMatchObject({ status: 403, body: { message: /violates PodSecurity "restricted:latest"/ } })
      const greedy = await createPod(bench(), program, (spec) => {
        spec.containers[0].resources = { requests: { cpu: '4', memory: '64Mi' }, limits: { cpu: '4', memory: '64Mi' } }
      })
      expect(greedy).toMatchObject({
        status: 403,
        body: { message: /exceeded quota: afk, requested: .*requests.cpu=4/ },
      })
    })
  })

  it.skipIf(!hasKubectl)('a tick by hand is made as the runbook says', () => {
    const words = ['-n', 'afk', 'create', 'job', 'poll-now', '--from=cronjob/afk-poller', '--dry-run=server']
    expect(bench().kubectl(...words)).toMatchObject({ code: 0, err: '' })
  })
}

/** Dry: the server does all but keep it. */
async function createPod(
  { api, controllers }: Bench,
  program: string,
  change: (spec: ReturnType<typeof podOf>['spec']) => void,
): Promise<Answer> {
  if (!controllers) await countQuota(api)
  const { spec, labels } = podOf(await api.get(`/apis/batch/v1/namespaces/afk/cronjobs/afk-${program}`))
  change(spec)
  const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name: `${program}-now`, labels }, spec }
  return api.ask('/api/v1/namespaces/afk/pods?dryRun=All&fieldValidation=Strict', { method: 'POST', body })
}

/** As the quota controller does: before its first count no pod is let in. */
async function countQuota(api: Bench['api']): Promise<void> {
  const { hard } = named(rendered('base'), 'ResourceQuota', 'afk')['spec'] as { hard: Record<string, string> }
  const used = Object.fromEntries(Object.keys(hard).map((name) => [name, '0']))
  const path = '/api/v1/namespaces/afk/resourcequotas/afk/status'
  await api.get(path, { method: 'PATCH', body: { status: { hard, used } }, type: 'application/merge-patch+json' })
}

function tell([name, { status, body, warnings }]: [string, Answer]): string {
  return `${name}: ${status} ${String(body?.message ?? '')} ${warnings.join(' ')}`
}
