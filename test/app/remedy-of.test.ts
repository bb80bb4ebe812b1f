import { describe, expect, it } from 'vitest'
import { remedyOf } from '../../src/app/remedy-of.ts'
import type { Category, PortName } from '../../src/ports/errors.ts'

const remedy = (port: PortName, category: Category, message = '') =>
  remedyOf({ port, operation: 'x', category, retryAfter: null, message })

describe('remedies', () => {
  it.each([
    ['tracker', ['AFK_GITHUB_TOKEN', 'AFK_GITHUB_TOKEN_FILE', 'AFK_GITHUB_APP_PRIVATE_KEY_FILE', 'AFK_GITHUB_APP_ID']],
    ['executor', ['AFK_T3_TOKEN', 'AFK_T3_TOKEN_FILE', 'AFK_T3_URL']],
    ['notifier', ['AFK_SLACK_BOT_TOKEN', 'AFK_SLACK_BOT_TOKEN_FILE']],
    ['lock', ['KUBECONFIG', 'pod']],
  ] as const)('of a refused credential name every way to give it (%s)', (port, ways) => {
    for (const way of ways) expect(remedy(port, 'auth')).toMatch(new RegExp(`\\b${way}\\b`))
    if (port !== 'lock') expect(remedy(port, 'auth')).toContain('whichever you use')
  })

  it('of a cluster that does not answer are true in a pod, which has no KUBECONFIG', () => {
    expect(remedy('lock', 'unavailable', 'no answer from the Kubernetes API (timeout)')).toMatch(
      /in a pod .*NetworkPolicy/,
    )
  })

  it.each([
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'CERT_HAS_EXPIRED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ])('of %s name the certificate', (code) => {
    const t3 = remedy('executor', 'unavailable', `GET /x: no answer (${code})`)
    expect(t3).toMatch(/certificate is not accepted.*NODE_EXTRA_CA_CERTS.*AFK_T3_URL$/)
    expect(remedy('tracker', 'unavailable', `github x of y: ${code}`)).toContain('NODE_EXTRA_CA_CERTS')
    expect(remedy('lock', 'unavailable', `no answer (${code})`)).toContain("kubeconfig's certificate-authority")
  })

  it.each(['ECONNREFUSED', 'connection failed', 'no answer within 10000 ms'])('of %s do not', (why) => {
    expect(remedy('executor', 'unavailable', `GET /x: ${why}`)).toBe(
      'check that T3 is up and that AFK_T3_URL is its address, as seen from here',
    )
  })
})
