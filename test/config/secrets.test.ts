import { inspect } from 'node:util'

import { describe, expect, it } from 'vitest'

import { createSecret } from '../../src/config/secret.ts'
import { readSecrets } from '../../src/config/secrets.ts'
import type { Env } from '../../src/config/sources.ts'
import { someFiles, systemError } from './support.ts'

const T3 = { AFK_T3_TOKEN: 'a-t3-token' }
const BOTH = { ...T3, AFK_GITHUB_TOKEN: 'a-github-token' }
const APP = { AFK_GITHUB_APP_ID: '12345', AFK_GITHUB_APP_PRIVATE_KEY_FILE: '/key.pem' }
// The frame of a key around no key: enough for the form, and nothing for a scanner of secrets.
const PEM = ['-----BEGIN RSA', 'PRIVATE KEY-----\nbm8ga2V5\n-----END RSA', 'PRIVATE KEY-----\n'].join(' ')

function secretsOf(env: Env, files = someFiles()) {
  const { secrets, problems } = readSecrets(env, files)
  expect(problems).toEqual([])
  if (secrets === undefined) throw new Error('neither secrets nor problems')
  return secrets
}

describe('readSecrets: tokens', () => {
  it('from variables, without the white space around them', () => {
    const { github, t3, slack } = secretsOf({ ...BOTH, AFK_T3_TOKEN: ' tok\n', AFK_SLACK_BOT_TOKEN: 'xoxb-1' })
    expect(github.kind === 'token' && github.token.read()).toBe('a-github-token')
    expect([t3.read(), t3.source, slack?.read()]).toEqual(['tok', 'env AFK_T3_TOKEN', 'xoxb-1'])
  })

  it('from files, with Slack absent', () => {
    const env = { AFK_GITHUB_TOKEN_FILE: '/gh', AFK_T3_TOKEN_FILE: './t3', AFK_GITHUB_TOKEN: '  ' }
    const { github, t3, slack } = secretsOf(env, someFiles({ '/gh': 'one\r\n', './t3': 'two\n\n' }))
    expect(github.kind === 'token' && [github.token.read(), github.token.source]).toEqual(['one', '/gh'])
    expect([t3.read(), slack]).toEqual(['two', undefined])
  })

  it.each<[string, Env, string, string]>([
    ['no GitHub', T3, 'AFK_GITHUB_TOKEN', 'nothing'],
    ['no T3', { AFK_GITHUB_TOKEN: 'x' }, 'AFK_T3_TOKEN', 'nothing'],
    [
      'token and file of it',
      { ...BOTH, AFK_T3_TOKEN_FILE: '/t' },
      'AFK_T3_TOKEN',
      'AFK_T3_TOKEN and AFK_T3_TOKEN_FILE',
    ],
    [
      'token and file of Slack',
      { ...BOTH, AFK_SLACK_BOT_TOKEN: 's3cret', AFK_SLACK_BOT_TOKEN_FILE: '/t' },
      'AFK_SLACK_BOT_TOKEN',
      'AFK_SLACK_BOT_TOKEN and AFK_SLACK_BOT_TOKEN_FILE',
    ],
    ['a blank inside', { ...BOTH, AFK_T3_TOKEN: 's3cret s3cret' }, 'AFK_T3_TOKEN', 'a value with white space inside'],
    [
      'a newline inside',
      { ...BOTH, AFK_T3_TOKEN: 's3cret\ns3cret' },
      'AFK_T3_TOKEN',
      'a value with white space inside',
    ],
    [
      'a control character inside',
      { ...BOTH, AFK_T3_TOKEN: 's3cret\u0000x' },
      'AFK_T3_TOKEN',
      'a value with control or non-ASCII characters',
    ],
    [
      'a letter no header takes',
      { ...BOTH, AFK_T3_TOKEN: 's3crét-s3cret' },
      'AFK_T3_TOKEN',
      'a value with control or non-ASCII characters',
    ],
    [
      'a missing file',
      { ...T3, AFK_GITHUB_TOKEN_FILE: '/none' },
      'AFK_GITHUB_TOKEN_FILE',
      'no such file (ENOENT): "/none"',
    ],
    ['an empty file', { ...T3, AFK_GITHUB_TOKEN_FILE: '/empty' }, 'AFK_GITHUB_TOKEN_FILE', 'an empty file: "/empty"'],
    [
      'an unreadable file',
      { ...T3, AFK_GITHUB_TOKEN_FILE: '/locked' },
      'AFK_GITHUB_TOKEN_FILE',
      'a file that cannot be read (EACCES): "/locked"',
    ],
    [
      'a file of two lines',
      { ...T3, AFK_GITHUB_TOKEN_FILE: '/two' },
      'AFK_GITHUB_TOKEN_FILE',
      'a file with a value with white space inside: "/two"',
    ],
    [
      'the token where its file belongs',
      { ...T3, AFK_GITHUB_TOKEN_FILE: 's3cret' },
      'AFK_GITHUB_TOKEN_FILE',
      'a text that is no such path',
    ],
  ])('refuses %s', (_name, env, path, got) => {
    const files = someFiles({
      '/empty': '\n',
      '/two': 's3cret\nline\n',
      '/locked': systemError('EACCES', '/locked s3cret'),
    })
    const { secrets, problems } = readSecrets(env, files)
    expect(secrets).toBeUndefined()
    expect(problems).toMatchObject([{ path, got, source: `env ${path}` }])
    expect(JSON.stringify(problems)).not.toMatch(/s3cr/)
  })

  it('tells all problems at once', () => {
    const env = { AFK_GITHUB_TOKEN_FILE: '/none', AFK_SLACK_BOT_TOKEN: 'a b' }
    expect(readSecrets(env, someFiles()).problems.map(({ path }) => path)).toEqual([
      'AFK_GITHUB_TOKEN_FILE',
      'AFK_T3_TOKEN',
      'AFK_SLACK_BOT_TOKEN',
    ])
  })
})

describe('readSecrets: a GitHub App', () => {
  it.each<[Env, Record<string, unknown>]>([
    [{}, { kind: 'app', appId: '12345', installationId: undefined }],
    [{ AFK_GITHUB_APP_INSTALLATION_ID: '678' }, { kind: 'app', appId: '12345', installationId: 678 }],
    [{ AFK_GITHUB_APP_ID: 'Iv23liAbCdEfGh' }, { kind: 'app', appId: 'Iv23liAbCdEfGh' }],
  ])('%j', (more, expected) => {
    const { github } = secretsOf({ ...T3, ...APP, ...more }, someFiles({ '/key.pem': PEM }))
    expect(github).toMatchObject(expected)
    expect(github.kind === 'app' && github.privateKey.read()).toBe(PEM.trim())
  })

  it.each<[string, Env, string]>([
    ['a token besides', { ...APP, AFK_GITHUB_TOKEN: 's3cret' }, 'AFK_GITHUB_TOKEN and AFK_GITHUB_APP_ID'],
    ['no id', { AFK_GITHUB_APP_PRIVATE_KEY_FILE: '/key.pem' }, 'AFK_GITHUB_APP_ID'],
    ['no key', { AFK_GITHUB_APP_ID: '12345' }, 'AFK_GITHUB_APP_PRIVATE_KEY_FILE'],
    ['an id of another form', { ...APP, AFK_GITHUB_APP_ID: 's3cret' }, 'AFK_GITHUB_APP_ID'],
    [
      'an installation of another form',
      { ...APP, AFK_GITHUB_APP_INSTALLATION_ID: 's3cret' },
      'AFK_GITHUB_APP_INSTALLATION_ID',
    ],
    ['a key that is none', { ...APP, AFK_GITHUB_APP_PRIVATE_KEY_FILE: '/other' }, 'AFK_GITHUB_APP_PRIVATE_KEY_FILE'],
    [
      'the key in the variable',
      { ...APP, AFK_GITHUB_APP_PRIVATE_KEY_FILE: `${PEM}s3cret` },
      'AFK_GITHUB_APP_PRIVATE_KEY_FILE',
    ],
  ])('refuses %s', (_name, env, path) => {
    const { secrets, problems } = readSecrets({ ...T3, ...env }, someFiles({ '/key.pem': PEM, '/other': 's3cret' }))
    expect(secrets).toBeUndefined()
    expect(problems).toMatchObject([{ path }])
    expect(JSON.stringify(problems)).not.toMatch(/s3cret|bm8ga2V5/)
  })

  it('refuses an installation alone', () => {
    const { problems } = readSecrets({ ...T3, AFK_GITHUB_APP_INSTALLATION_ID: '1' }, someFiles())
    expect(problems.map(({ path }) => path)).toEqual(['AFK_GITHUB_APP_ID', 'AFK_GITHUB_APP_PRIVATE_KEY_FILE'])
  })
})

describe('a Secret', () => {
  it('is read again from its file on demand only', () => {
    const contents: Record<string, string> = { '/gh': 'first', '/t3': 'x' }
    const files = { read: (path: string) => someFiles(contents).read(path) }
    const { t3 } = secretsOf({ AFK_GITHUB_TOKEN: 'x', AFK_T3_TOKEN_FILE: '/gh' }, files)
    contents['/gh'] = 'second\n'
    expect([t3.read(), t3.reload(), t3.read()]).toEqual(['first', 'second', 'second'])
    contents['/gh'] = 's3cret s3cret'
    expect(() => t3.reload()).toThrow('AFK_T3_TOKEN_FILE: a file with a value with white space inside: /gh')
    delete contents['/gh']
    expect(() => t3.reload()).toThrow('AFK_T3_TOKEN_FILE: no such file (ENOENT): /gh')
    expect(t3.read()).toBe('second')
  })

  it('from a variable stays as it is', () => {
    const { t3 } = secretsOf(BOTH)
    expect(t3.reload()).toBe('a-t3-token')
  })

  it('shows its source, however one looks at it', () => {
    const secret = createSecret('s3cret', 'env AFK_X')
    expect(`${String(secret)} ${JSON.stringify({ secret })} ${inspect({ secret })}`).toBe(
      '[secret from env AFK_X] {"secret":"[secret from env AFK_X]"} { secret: [secret from env AFK_X] }',
    )
    const deep = { depth: null, showHidden: true, customInspect: false, getters: true }
    expect(inspect(secret, deep)).not.toContain('s3cret')
    expect(JSON.stringify({ ...secret })).not.toContain('s3cret')
  })
})
