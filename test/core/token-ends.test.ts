import { describe, expect, it } from 'vitest'
import { endingTokens, ringsForTokens, tokenBell, tokenWarning } from '../../src/core/doorbell/token-ends.ts'
import { hours, minutes, t0 } from '../builders/time.ts'

const week = hours(24 * 7)
const t3 = (endsAt: number | null, now: number | null = t0) => ({ service: 'T3', endsAt, now }) as const
const github = (endsAt: number | null, now: number | null = t0) => ({ service: 'GitHub', endsAt, now }) as const

describe('tokens that end within a week', () => {
  it.each([
    ['a second more than a week', t0 + week + 1000, []],
    ['a week to the second', t0 + week, [week]],
    ['a moment ago', t0 - 1000, [-1000]],
    ['nobody tells', null, []],
  ])('%s', (_what, endsAt, left) => {
    expect(endingTokens([t3(endsAt)]).map(({ leftMs }) => leftMs)).toEqual(left)
  })

  it('a service that never answered tells no time to compare with', () => {
    expect(endingTokens([github(t0, null), t3(t0)])).toEqual([{ service: 'T3', endsAt: t0, leftMs: 0 }])
  })
})

describe('words', () => {
  const words = (left: number) => endingTokens([github(t0 + left)]).map(tokenWarning)[0]
  it.each([
    [week, 'ends in 7 days ('],
    [hours(49), 'ends in 2 days ('],
    [hours(47.5), 'ends in 47 hours ('],
    [hours(1), 'ends in 1 hour ('],
    [minutes(59), 'ends in less than an hour ('],
    [-1, 'has ended ('],
  ])('%d ms left', (left, expected) => {
    expect(words(left)).toContain(`the token of afk for GitHub ${expected}`)
  })

  it('name the end and the remedy', () => {
    expect(words(hours(72))).toBe(
      'the token of afk for GitHub ends in 3 days (2026-11-24 05:00 UTC): issue a new token at GitHub and replace the one in AFK_GITHUB_TOKEN',
    )
    expect(endingTokens([t3(t0)]).map(tokenWarning)[0]).toContain('AFK_T3_TOKEN')
  })

  it('the bell tells of all of them, the next first, and mentions people for the last two days only', () => {
    const both = tokenBell(endingTokens([github(t0 + hours(100)), t3(t0 + hours(60))]))
    expect(both).toMatchObject({
      kind: 'token-ends',
      headline: 'the token of afk for T3 ends in 2 days',
      repo: null,
      issue: null,
      mention: false,
    })
    expect(both.paragraphs.map(({ label }) => label)).toEqual(['GitHub', 'Next', 'T3', 'Next'])
    expect(tokenBell(endingTokens([t3(t0 + hours(48))])).mention).toBe(true)
    expect(tokenBell(endingTokens([t3(t0 - 1)])).paragraphs[0]?.text).toContain('ended at 2026-11-21 04:59 UTC')
  })
})

describe('once a day', () => {
  const ending = endingTokens([t3(t0 + hours(100))])
  const rings = (login: string, tokens = ending) =>
    Array.from({ length: 3 * 1440 }, (_, minute) => minute).filter((minute) =>
      ringsForTokens(tokens, login, t0 + minutes(minute) + 59_999),
    )

  it('in one minute of the day, the same every day', () => {
    const [first = 0, ...others] = rings('afk')
    expect(others).toEqual([first + 1440, first + 2880])
    expect(rings('AFK')).toEqual([first, ...others])
  })

  it('never when every token lasts', () => {
    expect(rings('afk', [])).toEqual([])
  })
})
