import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { deploy, named, ofKind, parseManifests, rendered } from './manifests.ts'

/** The rules speak of names that the manifests give, and of metrics that kube-state-metrics documents; nothing else would ever ring. */
const metrics = [
  'kube_cronjob_created',
  'kube_cronjob_spec_suspend',
  'kube_cronjob_status_last_successful_time',
  'kube_job_created',
  'kube_job_status_failed',
  'kube_secret_created',
]
const [prometheusRule] = ofKind(rendered('example'), 'PrometheusRule')
const rules = (prometheusRule?.['spec'].groups ?? []).flatMap((group: { rules: unknown[] }) => group.rules) as {
  alert: string
  expr: string
  annotations: Record<string, string>
}[]
const secrets = parseManifests(readFileSync(`${deploy}/secrets.example.yaml`, 'utf8')).map(
  ({ metadata }) => metadata.name,
)
const cronJobs = ofKind(rendered('base'), 'CronJob').map(({ metadata }) => metadata.name)

/** `name="value"` and `name=~"pattern"` of the selectors in an expression. */
function matchers(expr: string): readonly { label: string; pattern: RegExp }[] {
  return [...expr.matchAll(/(\w+)=(~?)"([^"]+)"/g)].map(([, label = '', regex, value = '']) => ({
    label,
    pattern: new RegExp(`^(?:${regex === '~' ? value : value.replaceAll(/\W/g, '\\$&')})$`),
  }))
}

describe('the alert rules', () => {
  it('are for no good tick, failing ticks and the end of T3’s token, among others', () => {
    const names = rules.map(({ alert }) => alert)
    expect(names).toEqual(
      expect.arrayContaining(['AfkNoGoodTick', 'AfkNeverTicked', 'AfkFailingTicks', 'AfkT3TokenNearItsEnd']),
    )
    expect(new Set(names).size).toBe(names.length)
  })

  it.each(rules)('$alert selects what is there', ({ expr }) => {
    const used = [...expr.matchAll(/\bkube_\w+/g)].map(([metric]) => metric)
    expect(used.length).toBeGreaterThan(0)
    for (const metric of used) expect(metrics).toContain(metric)
    const found = matchers(expr)
    expect(found.length).toBeGreaterThan(0)
    for (const { label, pattern } of found) {
      const there = {
        namespace: [named(rendered('base'), 'Namespace', 'afk').metadata.name],
        cronjob: cronJobs,
        // A CronJob's Jobs carry its name and the minute; a manual one may be called anything.
        job_name: cronJobs.map((name) => `${name}-29712345`),
        secret: secrets.filter((name) => name === 'afk-t3'),
      }[label]
      expect(there?.length, label).toBeGreaterThan(0)
      expect(
        there?.filter((name) => !pattern.test(name)),
        label,
      ).toEqual([])
    }
    expect((expr.match(/\(/g) ?? []).length).toBe((expr.match(/\)/g) ?? []).length)
  })

  it('warn of the token days before its end', () => {
    const days = Number(
      /> (\d+) \* 86400/.exec(rules.find(({ alert }) => alert === 'AfkT3TokenNearItsEnd')?.expr ?? '')?.[1],
    )
    // `t3 auth session issue` makes sessions of 30 days (T3 Code 0.0.28).
    expect(days).toBeLessThan(30)
    expect(days).toBeGreaterThanOrEqual(20)
  })
})
