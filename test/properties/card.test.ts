import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderMarker } from '../../src/core/card/card-marker.ts'
import { parseCard } from '../../src/core/card/card-parse.ts'
import { CARD_CHARACTERS, renderCard } from '../../src/core/card/card-render.ts'
import { anyCard, anyText } from '../core/card-arbitrary.ts'

const numbers = { usdPerMillionTokens: 6, maxAttempts: 5, hasRollout: true }
const visible = (text: string): string => text.slice(0, text.lastIndexOf('<!-- afk:v1 '))
const withoutCode = (text: string): string => text.replaceAll(/`[^`\n]+`|\(empty\)/gu, '`…`')

/** Milliseconds: enough for all runs on a busy machine. */
const slow = 60_000

describe('the card', () => {
  it(
    'comes back from its text as it was',
    () => {
      fc.assert(
        fc.property(anyCard(), (card) => {
          expect(parseCard(renderCard(card, numbers))).toStrictEqual({
            kind: 'card',
            card: JSON.parse(JSON.stringify(card)),
          })
          // Nothing is lost by JSON itself.
          expect(JSON.parse(JSON.stringify(card))).toEqual(card)
        }),
        { numRuns: 2000 },
      )
    },
    slow,
  )

  it(
    'stays small whatever the texts, and what it says then comes back',
    () => {
      const long = fc.tuple(anyText, fc.constantFrom(1, 2000)).map(([text, times]) => text.repeat(times).slice(0, 3000))
      const ids = { runId: 'r', repo: 'a/b', epoch: 'e', base: null, rerun: null, bells: {}, head: null }
      fc.assert(
        fc.property(anyCard(long), (card) => {
          const reds = card.reds.map((red) => ({ ...red, head: 'h', signature: 's' }))
          const turns = card.turns.map((turn) => ({ ...turn, purpose: 'nudge' as const }))
          const { pull: _, questions = [], approvals = [], reviews = [], deployment: held, ...more } = card
          const { usage: _usage, merge: _merge, ...rest } = more
          const asked = questions.map((question) => ({ ...question, after: 'm' }))
          const said = approvals.map((approval) => ({ ...approval, head: 'h', by: 'b' }))
          const deployment = held && { deployment: { ...held, head: 'h' } }
          const reviewed = reviews.map(({ usage: _ids, ...review }) => ({ ...review, head: 'h' }))
          const people = { questions: asked, approvals: said, reviews: reviewed, ...deployment }
          const text = renderCard({ ...rest, ...ids, reds, turns, ...people }, numbers)
          expect(text.length).toBeLessThan(CARD_CHARACTERS)
          const parsed = parseCard(text)
          expect(parsed.kind === 'card' && renderCard(parsed.card, numbers)).toBe(text)
        }),
        { numRuns: 300 },
      )
    },
    slow,
  )

  it(
    'has outside text only inside code quotes and links to plain addresses',
    () => {
      fc.assert(
        fc.property(anyText, (text) => {
          const card = (detail: string) =>
            withoutCode(
              visible(
                renderCard(
                  {
                    runId: detail,
                    repo: detail,
                    issue: 1,
                    epoch: detail,
                    epochAt: 0,
                    startedAt: 0,
                    base: detail,
                    phase: 'CI',
                    phases: {},
                    head: { sha: `x${detail}`, seenAt: 0, pathsClear: true },
                    firstRedAt: null,
                    turns: [{ purpose: `fix:x${detail}`, attempt: 1, at: 0, retry: false, refused: false }],
                    reds: [{ head: detail, signature: detail, failing: [detail], after: 0 }],
                    rerun: null,
                    bells: {},
                    absentSince: null,
                    tokens: 0,
                    links: { thread: detail, commit: 'https://github.com/acme/shop/commit/c' },
                    outcome: { kind: 'frozen', reason: detail, detail: `x${detail}`, at: 0, untold: false },
                  },
                  numbers,
                ),
              ),
            )
          expect(card(text).replace(/^\[Thread\]\(https?:[^\s()<>]+\)/mu, 'Thread')).toBe(card('plain'))
        }),
        { numRuns: 2000 },
      )
    },
    slow,
  )

  it(
    'has a marker that nothing in it can end or double',
    () => {
      fc.assert(
        fc.property(anyCard(), (card) => {
          const inner = renderMarker(card).slice('<!-- afk:v1 '.length, -' -->'.length)
          expect(inner).not.toMatch(/[<>@#\n]|--/u)
        }),
        { numRuns: 1000 },
      )
    },
    slow,
  )

  it(
    'is read without throwing from any comment',
    () => {
      const parts = fc.array(
        fc.oneof(anyText, fc.constantFrom('<!-- afk:v1 ', '<!-- afk:v2 ', ' -->', '{}', '[', '{"runId":1}')),
      )
      fc.assert(
        fc.property(parts, (texts) => {
          expect(['none', 'newer', 'broken']).toContain(parseCard(texts.join('')).kind)
        }),
        { numRuns: 2000 },
      )
    },
    slow,
  )
})
