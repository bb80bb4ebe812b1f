import { describe, expect, it } from 'vitest'

import type { Settings } from '../../src/config/settings.ts'
import { readSettings } from '../../src/config/settings.ts'
import type { Env } from '../../src/config/sources.ts'

const BASE = { AFK_T3_URL: 'http://t3.example:3773' }
const SLACK = { AFK_SLACK_CHANNEL: 'C0123456789', AFK_SLACK_BOT_TOKEN: 'xoxb-1' }

function settingsOf(more: Env): Settings {
  const { settings, problems } = readSettings({ ...BASE, ...more })
  expect(problems).toEqual([])
  if (settings === undefined) throw new Error('neither settings nor problems')
  return settings
}

describe('readSettings', () => {
  it('defaults', () => {
    expect(readSettings(BASE)).toEqual({
      settings: {
        github: { apiUrl: 'https://api.github.com', graphqlUrl: 'https://api.github.com/graphql' },
        t3: { url: 'http://t3.example:3773', publicUrl: 'http://t3.example:3773' },
        slack: undefined,
        tickDeadlineSeconds: 45,
        lock: { kind: 'none' },
        kubeconfig: undefined,
        configFile: undefined,
        logLevel: 'info',
      },
      problems: [],
      warnings: [
        {
          message: expect.stringMatching(/^AFK_LOCK=none \(the default outside a cluster\): /),
          remedy: expect.stringContaining('nothing to do where'),
        },
      ],
    })
  })

  it.each([
    ['https://api.github.com/', 'https://api.github.com', 'https://api.github.com/graphql'],
    ['https://ghe.example/api/v3', 'https://ghe.example/api/v3', 'https://ghe.example/api/graphql'],
    ['https://ghe.example/api/v3/', 'https://ghe.example/api/v3', 'https://ghe.example/api/graphql'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080', 'http://127.0.0.1:8080/graphql'],
    ['http://127.0.0.1:8080/github//', 'http://127.0.0.1:8080/github', 'http://127.0.0.1:8080/github/graphql'],
    ['HTTPS://API.GitHub.com:443', 'https://api.github.com', 'https://api.github.com/graphql'],
  ])('GraphQL beside %s', (given, apiUrl, graphqlUrl) => {
    expect(settingsOf({ AFK_GITHUB_API_URL: given }).github).toEqual({ apiUrl, graphqlUrl })
  })

  it.each([
    ['ftp://t3', 'an address of another kind'],
    ['file:///etc/passwd', 'an address of another kind'],
    ['t3.local:3773', 'an address of another kind'],
    ['t3', 'a text that is no address'],
    ['http://', 'a text that is no address'],
    ['https://me:s3cret@t3', 'an address with a user or a password'],
    ['https://s3cret@t3', 'an address with a user or a password'],
    ['https://t3/?token=s3cret', 'an address with a query or a fragment'],
    ['https://t3/?', 'an address with a query or a fragment'],
    ['https://t3/#s3cret', 'an address with a query or a fragment'],
  ])('refuses %s as any endpoint, without showing it', (url, got) => {
    for (const name of ['AFK_GITHUB_API_URL', 'AFK_T3_URL', 'AFK_T3_PUBLIC_URL', 'AFK_SLACK_API_URL']) {
      const { settings, problems } = readSettings({ ...BASE, [name]: url })
      expect(settings).toBeUndefined()
      expect(problems).toMatchObject([
        {
          path: name,
          got,
          remedy: expect.stringMatching(/^correct AFK_\w+: an address such as https:\/\/\S/),
          source: `env ${name}`,
        },
      ])
      expect(JSON.stringify(problems)).not.toContain('s3cret')
    }
  })

  it('needs the executor, and says it once', () => {
    expect(readSettings({}).problems).toMatchObject([{ path: 'AFK_T3_URL', got: 'nothing', remedy: 'set AFK_T3_URL' }])
  })

  it('has another address of the executor for people', () => {
    const { t3 } = settingsOf({ AFK_T3_PUBLIC_URL: 'https://t3.example.org/' })
    expect(t3).toEqual({ url: 'http://t3.example:3773', publicUrl: 'https://t3.example.org' })
  })

  it.each([
    ['AFK_TICK_DEADLINE_SECONDS', '30', { tickDeadlineSeconds: 30 }],
    ['AFK_TICK_DEADLINE_SECONDS', ' ', { tickDeadlineSeconds: 45 }],
    ['AFK_LOG_LEVEL', 'DEBUG', { logLevel: 'debug' }],
    ['KUBECONFIG', '/k', { kubeconfig: '/k' }],
    ['AFK_CONFIG_FILE', '/c', { configFile: '/c' }],
  ])('%s=%j', (name, value, expected) => {
    expect(settingsOf({ [name]: value })).toMatchObject(expected)
  })

  it.each([
    ['AFK_TICK_DEADLINE_SECONDS', '0', 'a number of seconds from 1 to 600'],
    ['AFK_TICK_DEADLINE_SECONDS', '601', 'a number of seconds from 1 to 600'],
    ['AFK_TICK_DEADLINE_SECONDS', '0x10', 'a number of seconds from 1 to 600'],
    ['AFK_TICK_DEADLINE_SECONDS', 'NaN', 'a number of seconds from 1 to 600'],
    ['AFK_LOG_LEVEL', 'loud', 'one of debug, info, warn, error'],
    ['AFK_LOCK', 'yes', 'one of none, lease'],
  ])('%s=%s is refused', (name, value, expected) => {
    const { settings, problems } = readSettings({ ...BASE, [name]: value })
    expect(settings).toBeUndefined()
    expect(problems).toMatchObject([{ path: name, expected, got: JSON.stringify(value) }])
  })
})

describe('the lock (SPEC 11)', () => {
  it.each<[string, Env, Settings['lock']]>([
    ['a namespace means a lease', { AFK_LEASE_NAMESPACE: 'afk' }, { kind: 'lease', namespace: 'afk' }],
    [
      'in a cluster, with a namespace',
      { KUBERNETES_SERVICE_HOST: '10.0.0.1', AFK_LEASE_NAMESPACE: 'a-1' },
      { kind: 'lease', namespace: 'a-1' },
    ],
    ['none, in a cluster, when told so', { KUBERNETES_SERVICE_HOST: '10.0.0.1', AFK_LOCK: 'none' }, { kind: 'none' }],
    [
      'lease outside a cluster, when told so',
      { AFK_LOCK: 'Lease', AFK_LEASE_NAMESPACE: 'afk' },
      { kind: 'lease', namespace: 'afk' },
    ],
  ])('%s', (_name, env, lock) => {
    expect(settingsOf(env).lock).toEqual(lock)
  })

  it('warns when there is none, and only then', () => {
    expect(readSettings({ ...BASE, AFK_LOCK: 'none', AFK_LEASE_NAMESPACE: 'afk' }).warnings).toMatchObject([
      { message: expect.stringMatching(/^AFK_LOCK=none: /), remedy: expect.stringContaining('AFK_LEASE_NAMESPACE') },
    ])
    expect(readSettings({ ...BASE, AFK_LEASE_NAMESPACE: 'afk' }).warnings).toEqual([])
  })

  it.each<[Env, string]>([
    [{ AFK_LOCK: 'lease' }, 'nothing'],
    [{ KUBERNETES_SERVICE_HOST: '10.0.0.1' }, 'nothing'],
    [{ AFK_LEASE_NAMESPACE: 'Not_A_Name' }, '"Not_A_Name"'],
    [{ AFK_LEASE_NAMESPACE: '-a' }, '"-a"'],
    [{ AFK_LEASE_NAMESPACE: 'a'.repeat(64) }, JSON.stringify('a'.repeat(64))],
  ])('%j lacks a namespace', (env, got) => {
    expect(readSettings({ ...BASE, ...env }).problems).toMatchObject([
      { path: 'AFK_LEASE_NAMESPACE', got, remedy: expect.stringContaining('AFK_LOCK=none') },
    ])
  })
})

describe('Slack', () => {
  it.each<[Env, Settings['slack']]>([
    [SLACK, { apiUrl: 'https://slack.com/api/', channel: 'C0123456789', mention: undefined }],
    [
      { AFK_SLACK_CHANNEL: '#afk', AFK_SLACK_BOT_TOKEN_FILE: '/t' },
      { apiUrl: 'https://slack.com/api/', channel: '#afk', mention: undefined },
    ],
    [
      { ...SLACK, AFK_SLACK_API_URL: 'http://127.0.0.1:1/api' },
      { apiUrl: 'http://127.0.0.1:1/api/', channel: 'C0123456789', mention: undefined },
    ],
    [
      { ...SLACK, AFK_SLACK_API_URL: 'http://127.0.0.1:1/x/api/' },
      { apiUrl: 'http://127.0.0.1:1/x/api/', channel: 'C0123456789', mention: undefined },
    ],
    [
      { ...SLACK, AFK_SLACK_MENTION: 'U0123456789' },
      { apiUrl: 'https://slack.com/api/', channel: 'C0123456789', mention: 'U0123456789' },
    ],
    [
      { ...SLACK, AFK_SLACK_MENTION: 'here' },
      { apiUrl: 'https://slack.com/api/', channel: 'C0123456789', mention: 'here' },
    ],
    ...['<@U0123456789>', '<!subteam^S0123456789>', '<!here>', '@channel', 'U123', '<@W1>', 'U0TEAM', 'S1'].map(
      (mention): [Env, Settings['slack']] => [
        { ...SLACK, AFK_SLACK_CHANNEL: 'C1', AFK_SLACK_MENTION: mention },
        {
          apiUrl: 'https://slack.com/api/',
          channel: 'C1',
          mention: mention.replaceAll(/^<?[@!]?(?:subteam\^)?|>$/g, ''),
        },
      ],
    ),
    [{}, undefined],
  ])('%j', (env, slack) => {
    expect(settingsOf(env).slack).toEqual(slack)
  })

  it.each<[string, Env, string]>([
    ['a channel without a token', { AFK_SLACK_CHANNEL: 'C0123456789' }, 'AFK_SLACK_BOT_TOKEN'],
    ['a token without a channel', { AFK_SLACK_BOT_TOKEN: 'xoxb-s3cret' }, 'AFK_SLACK_CHANNEL'],
    ['a token file without a channel', { AFK_SLACK_BOT_TOKEN_FILE: '/t' }, 'AFK_SLACK_CHANNEL'],
    ['the token as the channel', { ...SLACK, AFK_SLACK_CHANNEL: 'xoxb-s3cret' }, 'AFK_SLACK_CHANNEL'],
    ['a mention with markup', { ...SLACK, AFK_SLACK_MENTION: '<!channel> s3cret' }, 'AFK_SLACK_MENTION'],
    ['a mention that may be a word', { ...SLACK, AFK_SLACK_MENTION: 'URSULA' }, 'AFK_SLACK_MENTION'],
    ['a mention in another case', { ...SLACK, AFK_SLACK_MENTION: 'u012abcdef' }, 'AFK_SLACK_MENTION'],
    ['an address with another end', { ...SLACK, AFK_SLACK_API_URL: 'https://slack.com/' }, 'AFK_SLACK_API_URL'],
    ['an end that only looks like it', { ...SLACK, AFK_SLACK_API_URL: 'https://slack.com/myapi' }, 'AFK_SLACK_API_URL'],
  ])('refuses %s', (_name, env, path) => {
    const { settings, problems } = readSettings({ ...BASE, ...env })
    expect(settings).toBeUndefined()
    expect(problems).toMatchObject([{ path }])
    expect(JSON.stringify(problems)).not.toContain('s3cret')
  })

  it('tells all its problems at once', () => {
    const env = { AFK_SLACK_CHANNEL: 'x', AFK_SLACK_BOT_TOKEN: 't', AFK_SLACK_MENTION: '@me', AFK_SLACK_API_URL: 'x' }
    expect(readSettings({ ...BASE, ...env }).problems.map(({ path }) => path)).toEqual([
      'AFK_SLACK_API_URL',
      'AFK_SLACK_CHANNEL',
      'AFK_SLACK_MENTION',
    ])
  })

  it('warns of a mention that can mention nobody', () => {
    const { settings, warnings } = readSettings({ ...BASE, AFK_LEASE_NAMESPACE: 'afk', AFK_SLACK_MENTION: 'here' })
    expect(settings?.slack).toBeUndefined()
    expect(warnings).toMatchObject([
      {
        message: 'AFK_SLACK_MENTION has no effect without AFK_SLACK_CHANNEL',
        remedy: expect.stringContaining('set AFK_SLACK_CHANNEL'),
      },
    ])
  })
})
