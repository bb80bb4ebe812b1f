import { describe, expect, it } from 'vitest'
import { blockerRefs } from '../../src/core/dispatch/blockers.ts'
import { parseCard } from '../../src/core/card/card-parse.ts'
import { redact } from '../../src/core/record/redact.ts'
import { aCard, anOutcome, cardComment, runId } from '../builders/card.ts'

const hash = expect.stringMatching(/^sha256:[0-9a-f]{16}$/)

describe('redact', () => {
  it('keeps names, states, ids and numbers, and hashes every other text', () => {
    expect(
      redact({
        login: 'maria',
        state: 'open',
        sha: 'abc',
        at: 12,
        on: true,
        none: null,
        gone: undefined,
        error: 'it broke',
      }),
    ).toEqual({ login: 'maria', state: 'open', sha: 'abc', at: 12, on: true, none: null, error: hash })
  })

  it('hashes what nobody listed, its odd keys too', () => {
    expect(redact({ novelty: 'words', list: ['words'], deep: { 'a sentence.': { novelty: '' } } })).toEqual({
      novelty: hash,
      list: [hash],
      deep: { [(redact({ x: 'a sentence.' }) as { x: string }).x]: { novelty: '' } },
    })
  })

  it('keeps the keys of what is keyed by names, and the fields of what is below', () => {
    const permissions = { 'acme/shop maria': { role: 'write', note: 'words' } }
    expect(redact({ permissions })).toEqual({ permissions: { 'acme/shop maria': { role: 'write', note: hash } } })
    expect(redact({ via: { LE_1: 'linear' }, unreadable: { 'a/a#1': 'words' } })).toEqual({
      via: { LE_1: 'linear' },
      unreadable: { 'a/a#1': hash },
    })
  })

  it.each([
    ['Blocked by #12 and acme/web#3, sadly', 'blocked by acme/shop#12\nblocked by acme/web#3'],
    ['`blocked by #12`', hash],
    ['Words.', hash],
    ['', ''],
  ])('keeps of the body %j what it is blocked by', (body, kept) => {
    const redacted = redact({ repo: 'acme/shop', body }) as { body: string }
    expect(redacted.body).toEqual(kept)
    expect(blockerRefs(redacted.body, 'acme/shop')).toEqual(blockerRefs(body, 'acme/shop'))
  })

  it('keeps the card in a comment, without its words', () => {
    const card = aCard({ outcome: anOutcome({ detail: 'words' }), links: { thread: 'https://t3.example/secret' } })
    const { body } = redact(cardComment(card)) as { body: string }
    expect(parseCard(body)).toEqual({
      kind: 'card',
      card: { ...card, outcome: { ...card.outcome, detail: hash }, links: { thread: hash } },
    })
    expect(body).not.toContain('words')
  })

  it.each([
    ['<!-- afk:v7 {"words":1} -->', { kind: 'newer', version: 7 }],
    ['<!-- afk:v1 {"words":1} -->', { kind: 'broken', why: expect.any(String) as string }],
  ])('keeps that %s is no card of this build', (comment, parsed) => {
    const { body } = redact({ body: comment }) as { body: string }
    expect(parseCard(body)).toEqual(parsed)
    expect(body).not.toContain('words')
  })

  it.each([
    ['acme/shop#12 Prices are wrong', 'acme/shop#12'],
    ['Prices are wrong', hash],
  ])('keeps of the title %j the issue of a thread', (title, kept) => {
    expect(redact({ title })).toEqual({ title: kept })
  })

  it.each([
    [`Right the prices\n\nAFK-Run: ${runId}`, `AFK-Run: ${runId}`],
    ['Right the prices\n\nAFK-Run: ghp_0123456789012345', hash],
  ])('keeps of the message %j the trailer', (message, kept) => {
    expect(redact({ message })).toEqual({ message: kept })
  })
})
