import { readFileSync } from 'node:fs'
import { CronJob } from 'kubernetes-models/batch/v1/CronJob'
import { Lease } from 'kubernetes-models/coordination.k8s.io/v1/Lease'
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy'
import { Role } from 'kubernetes-models/rbac.authorization.k8s.io/v1/Role'
import { RoleBinding } from 'kubernetes-models/rbac.authorization.k8s.io/v1/RoleBinding'
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap'
import { LimitRange } from 'kubernetes-models/v1/LimitRange'
import { Namespace } from 'kubernetes-models/v1/Namespace'
import { ResourceQuota } from 'kubernetes-models/v1/ResourceQuota'
import { Secret } from 'kubernetes-models/v1/Secret'
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { unknownFields } from './attributes.ts'
import { cronProblem, periodSeconds } from './cron.ts'
import { deploy, named, ofKind, parseManifests, rendered, renderings, type Manifest } from './manifests.ts'

const models = {
  CronJob,
  Lease,
  NetworkPolicy,
  Role,
  RoleBinding,
  ConfigMap,
  LimitRange,
  Namespace,
  ResourceQuota,
  Secret,
  ServiceAccount,
}

/** Types, enums and required fields; throws the first fault. */
function validate(manifest: Manifest): void {
  if (manifest.kind === 'PrometheusRule') return void prometheusRule.parse(manifest)
  const Model = models[manifest.kind as keyof typeof models]
  if (Model === undefined) throw new Error(`no model for ${manifest.kind}: add it to this test`)
  // oxlint-disable-next-line typescript/no-explicit-any -- what it says is what is about to be checked
  new Model(manifest as any).validate()
}

// The operator's CRD as far as it is used (monitoring.coreos.com/v1); nothing of it comes with Kubernetes' own description.
const prometheusRule = z.strictObject({
  apiVersion: z.literal('monitoring.coreos.com/v1'),
  kind: z.literal('PrometheusRule'),
  metadata: z.looseObject({ name: z.string(), namespace: z.string() }),
  spec: z.strictObject({
    groups: z.array(
      z.strictObject({
        name: z.string().min(1),
        rules: z.array(
          z.strictObject({
            alert: z.string().regex(/^Afk[A-Z]\w+$/),
            expr: z.string().min(1),
            for: z.string().regex(/^\d+[smh]$/),
            labels: z.strictObject({ severity: z.enum(['info', 'warning', 'critical']) }),
            annotations: z.strictObject({ summary: z.string(), description: z.string() }),
          }),
        ),
      }),
    ),
  }),
})

const examples = parseManifests(readFileSync(`${deploy}/secrets.example.yaml`, 'utf8'))
const all = [
  ...renderings.flatMap((name) => rendered(name).map((manifest) => [name, manifest] as const)),
  ...examples.map((manifest) => ['secrets', manifest] as const),
]
const cases = all.map(([from, manifest]) => ({
  title: `${from}: ${manifest.kind} ${manifest.metadata.name}`,
  manifest,
}))

describe('every manifest', () => {
  it.each(cases)('$title', ({ manifest }) => {
    expect(() => validate(manifest)).not.toThrow()
    if (manifest.kind !== 'PrometheusRule') expect(unknownFields(manifest)).toEqual([])
    for (const schedule of manifest.kind === 'CronJob' ? [manifest['spec'].schedule] : []) {
      expect(cronProblem(schedule)).toBeUndefined()
    }
  })
})

describe('the checks themselves', () => {
  const broken = (change: (cronJob: Manifest) => void): Manifest => {
    const copy = structuredClone(named(rendered('base'), 'CronJob', 'afk-poller'))
    change(copy)
    return copy
  }

  it('see a wrong type, a wrong enum and a missing field', () => {
    expect(() => validate(broken(({ spec }) => (spec.schedule = 5)))).toThrow('/spec/schedule must be string')
    expect(() => validate(broken(({ spec }) => delete spec.schedule))).toThrow('required property schedule')
    expect(() => validate(broken(({ spec }) => (spec.startingDeadlineSeconds = 'soon')))).toThrow(
      'startingDeadlineSeconds must be',
    )
    const [rule] = ofKind(rendered('example'), 'PrometheusRule')
    expect(() => validate({ ...(rule as Manifest), spec: { groups: [{ name: 'x', rules: [{}] }] } })).toThrow('alert')
  })

  it('see an unknown field, deep down too', () => {
    const faulty = broken(({ spec }) => {
      spec.concurencyPolicy = 'Forbid'
      spec.jobTemplate.spec.template.spec.containers[0].securityContext.readOnlyRootFileSystem = true
      spec.jobTemplate.spec.template.spec.volumes[2].projected.sources[0].secret.optionl = true
    })
    expect(unknownFields(faulty)).toEqual(
      [
        expect.stringContaining('readOnlyRootFileSystem'),
        expect.stringContaining('optionl'),
        '.spec.concurencyPolicy',
      ].toSorted((a, b) => Number(a === '.spec.concurencyPolicy') - Number(b === '.spec.concurencyPolicy')),
    )
  })

  it.each([
    '* * * *',
    '60 * * * *',
    '*/0 * * * *',
    '* * 0 * *',
    '* * * 13 *',
    '5-1 * * * *',
    'x * * * *',
    '@every 1m',
    '',
  ])('see that "%s" is no schedule', (schedule) => expect(cronProblem(schedule)).toBeTypeOf('string'))

  it.each(['* * * * *', '*/5 0-6 1,15 jan-mar mon', '0 0 ? * 6'])('take "%s"', (schedule) =>
    expect(cronProblem(schedule)).toBeUndefined(),
  )

  it('know a period', () => {
    expect(['* * * * *', '*/5 * * * *', '*/7 * * * *', '5 * * * *'].map(periodSeconds)).toEqual([
      60,
      300,
      undefined,
      undefined,
    ])
  })
})
