import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { approversOf } from '../../src/core/people/approvers.ts'
import { looksLikeCommand, parseCommand, type Command } from '../../src/core/people/commands.ts'
import { sha } from '../builders/time.ts'
import { startCpuClock } from '../tools/cpu-clock.ts'

describe('parseCommand', () => {
  it.each<[body: string, command: Command]>([
    ['/afk status', { kind: 'status' }],
    ['/afk stop', { kind: 'stop' }],
    ['/afk reject', { kind: 'reject' }],
    ['/AFK  Stop \t', { kind: 'stop' }],
    ['/afk stop\nI changed my mind.', { kind: 'stop' }],
    ['/afk stop\r\nI changed my mind.', { kind: 'stop' }],
    ['/afk approve 0123abc', { kind: 'approve', sha: '0123abc' }],
    [`/afk approve ${sha('A')}`, { kind: 'approve', sha: sha('a') }],
  ])('%j', (body, command) => {
    expect(parseCommand(body)).toEqual(command)
    expect(looksLikeCommand(body)).toBe(true)
  })

  it.each([
    '/afk approve',
    '/afk approve 0123ab',
    `/afk approve ${sha('a')}0`,
    '/afk approve 0123abg',
    '/afk approve 0123abc now',
    '/afk stop it',
    '/afk stop.',
    '/afk',
    '/afk ',
    '/afk\nstop',
    '/afk constructor',
    '/afk __proto__',
    `/afk ${' '.repeat(200)}stop`,
  ])('%j is none, and yet no answer to a question', (body) => {
    expect(parseCommand(body)).toBeNull()
    expect(looksLikeCommand(body)).toBe(true)
  })

  it.each([
    '',
    'stop',
    ' /afk stop',
    '> /afk stop',
    '\n/afk stop',
    '/afkstop',
    '/afk:stop',
    'Write /afk stop',
    '`/afk stop`',
  ])('%j is a comment like any other', (body) => {
    expect(parseCommand(body)).toBeNull()
    expect(looksLikeCommand(body)).toBe(false)
  })

  it('takes anything, and what it takes for a command is one', () => {
    const words = fc.constantFrom('/afk', ' ', '\t', 'stop', 'status', 'approve', '0123abc', '\n', '\r', 'x', '\u2028')
    const body = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(words, { maxLength: 8 }).map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(body, (text) => {
        const command = parseCommand(text)
        if (command === null) return
        expect(text).toMatch(
          /^\/afk[ \t]+(?:status|stop|reject|approve[ \t]+[0-9a-f]{7,40})[ \t]*(?:$|[\r\n\u2028\s])/iu,
        )
        expect(looksLikeCommand(text)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it('looks at no more of a comment than its first line', () => {
    const cpuMs = startCpuClock()
    for (const filler of [' ', '\t', 'a', '/afk ', '\n/afk stop'])
      expect(parseCommand(`/afk ${filler.repeat(200_000)}`)).toBeNull()
    expect(cpuMs()).toBeLessThan(500)
  })
})

it('approversOf tells Slack users from logins', () => {
  const members = ['U012ABCDEF', 'W9ABCDEFG', 'USLACKBOT', 'U1', 'U123', 'W0', 'UAB3']
  const logins = ['mona', 'Ursula', 'U', 'URSULA', 'WILL', 'u12', 'U1x', 'u012abcdef', 'ops[bot]']
  expect(approversOf([...members, ...logins])).toEqual({ members, logins })
})
