import { BlockList, isIPv6 } from 'node:net'
import { describe, expect, it } from 'vitest'
import { named, ofKind, podOf, programs, rendered, renderings, type Manifest } from './manifests.ts'

/** What the NetworkPolicies let through, judged as a network plugin would: nothing but what some policy that selects the pod allows. */
interface Target {
  readonly ip: string
  readonly port: number
  readonly protocol?: 'TCP' | 'UDP'
  /** Labels of the target's namespace, for what is a pod. */
  readonly namespace?: Readonly<Record<string, string>>
}

type Labels = Readonly<Record<string, string>>
interface Peer {
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] }
  readonly namespaceSelector?: { readonly matchLabels?: Labels }
}
interface EgressRule {
  readonly to?: readonly Peer[]
  readonly ports?: readonly { readonly port: number; readonly protocol: string }[]
}

function allowed(policies: readonly Manifest[], pod: Labels, target: Target): boolean {
  return policies
    .filter(({ spec }) => matches(spec.podSelector.matchLabels, pod))
    .flatMap(({ spec }) => (spec.egress ?? []) as EgressRule[])
    .some(
      ({ to, ports }) =>
        (to === undefined || to.some((peer) => reaches(peer, target))) &&
        (ports === undefined ||
          ports.some(({ port, protocol }) => port === target.port && protocol === (target.protocol ?? 'TCP'))),
    )
}

/** A selector finds pods only, an address block whatever is no pod. */
function reaches({ ipBlock, namespaceSelector }: Peer, { ip, namespace }: Target): boolean {
  if (namespace !== undefined)
    return namespaceSelector !== undefined && matches(namespaceSelector.matchLabels, namespace)
  return ipBlock !== undefined && within(ipBlock.cidr, ip) && !(ipBlock.except ?? []).some((cidr) => within(cidr, ip))
}

function within(cidr: string, ip: string): boolean {
  const [network = '', bits] = cidr.split('/')
  if (isIPv6(network) !== isIPv6(ip)) return false
  const list = new BlockList()
  list.addSubnet(network, Number(bits), isIPv6(network) ? 'ipv6' : 'ipv4')
  return list.check(ip, isIPv6(ip) ? 'ipv6' : 'ipv4')
}

function matches(selector: Labels | undefined, labels: Labels): boolean {
  return Object.entries(selector ?? {}).every(([key, value]) => labels[key] === value)
}

const dns = { 'kubernetes.io/metadata.name': 'kube-system' }
const t3 = { 'kubernetes.io/metadata.name': 'agents', 'afk/executor': 'true' }
const shop = { 'kubernetes.io/metadata.name': 'shop' }

const cases: readonly (readonly [what: string, target: Target, base: boolean, example: boolean])[] = [
  ['the cluster’s DNS', { ip: '10.96.0.10', port: 53, protocol: 'UDP', namespace: dns }, true, true],
  ['the node-local DNS cache', { ip: '169.254.20.10', port: 53, protocol: 'UDP' }, true, true],
  ['a DNS server outside', { ip: '8.8.8.8', port: 53, protocol: 'UDP' }, false, false],
  ['GitHub', { ip: '140.82.121.6', port: 443 }, true, true],
  ['Slack over IPv6', { ip: '2600:9000:2000::1', port: 443 }, true, true],
  ['plain http anywhere', { ip: '140.82.121.6', port: 80 }, false, false],
  ['ssh anywhere', { ip: '140.82.121.6', port: 22 }, false, false],
  ['the metadata service of the cloud', { ip: '169.254.169.254', port: 80 }, false, false],
  ['the metadata service at 443', { ip: '169.254.169.254', port: 443 }, false, false],
  ['a machine inside at 443', { ip: '10.1.2.3', port: 443 }, false, false],
  ['one of 172.16/12', { ip: '172.31.0.1', port: 443 }, false, false],
  ['one of 192.168/16', { ip: '192.168.0.1', port: 443 }, false, false],
  ['one of 100.64/10', { ip: '100.100.0.1', port: 443 }, false, false],
  ['a machine inside over IPv6', { ip: 'fd00::1', port: 443 }, false, false],
  ['an API server at its usual port', { ip: '10.0.0.2', port: 6443 }, true, false],
  ['the managed API server that the example names', { ip: '10.0.0.2', port: 443 }, false, true],
  ['T3', { ip: '10.244.0.9', port: 3773, namespace: t3 }, true, true],
  ['T3’s database', { ip: '10.244.0.9', port: 5432, namespace: t3 }, false, false],
  ['another pod', { ip: '10.244.0.7', port: 443, namespace: shop }, false, false],
  ['another pod at 3773', { ip: '10.244.0.7', port: 3773, namespace: shop }, false, false],
]

describe.each(renderings)('%s', (rendering) => {
  const all = rendered(rendering)
  const policies = ofKind(all, 'NetworkPolicy')

  describe.each(programs)('the %s', (program) => {
    const { labels } = podOf(named(all, 'CronJob', `afk-${program}`))

    it('is selected by every policy, or a policy is for nobody', () => {
      for (const { metadata, spec } of policies) {
        expect(matches(spec.podSelector.matchLabels, labels), metadata.name).toBe(true)
      }
    })

    it.each(cases)('%s', (_what, target, base, example) => {
      expect(allowed(policies, labels, target)).toBe(rendering === 'base' ? base : example)
    })
  })

  it('lets nothing in, and shuts out other pods of the namespace', () => {
    expect(policies.filter(({ spec }) => spec.ingress !== undefined)).toEqual([])
    const stranger = { app: 'stranger' }
    expect(
      policies.some(
        ({ spec }) => spec.policyTypes.includes('Ingress') && matches(spec.podSelector.matchLabels, stranger),
      ),
    ).toBe(true)
    for (const [, target] of cases) expect(allowed(policies, stranger, target)).toBe(false)
  })
})
