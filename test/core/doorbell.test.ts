import { describe, expect, it } from 'vitest'
import type { Card, Outcome } from '../../src/core/card/card.ts'
import { waitingBell } from '../../src/core/doorbell/doorbell-waiting.ts'
import { doorbellFor } from '../../src/core/doorbell/doorbell.ts'
import { aCard, aFrozenCard, anOutcome, aTurn } from './builders.ts'

const policy = { budgetUsd: 100, fixForward: { maxAttempts: 5, maxSeconds: 3600, stagnationThreshold: 3 } }
const issueUrl = 'https://github.com/acme/shop/issues/42'
const title = 'Round prices\nto cents'
const titled = { label: '', text: '', quote: 'Round prices to cents' }
const ring = (card: Card, outcome: Outcome = card.outcome ?? anOutcome()) =>
  doorbellFor({ card, outcome, title, issueUrl, repo: 'acme/shop', usd: 7.41, policy })

describe('doorbellFor', () => {
  it('tells of a frozen run: what happened, why, what was tried, what it cost, what to do next', () => {
    expect(ring(aFrozenCard())).toEqual({
      kind: 'frozen',
      headline: 'acme/shop#42 is frozen: going in circles',
      repo: 'acme/shop',
      issue: 42,
      paragraphs: [
        titled,
        {
          label: 'Why',
          text: 'The same failures came back after every correction.',
          quote: 'test failed 3 times in a row',
        },
        {
          label: 'Tried',
          text: '3 of 5 corrective turns. 1 turn was sent again after an error.',
        },
        { label: 'Last red', text: '', quote: 'lint, test, e2e (a | b), types, size' },
        { label: 'Cost', text: '1.2 M tokens, about 7.41 USD (the budget is 100 USD).' },
        {
          label: 'Next',
          text: 'Fix the last failures by hand or revert the work. Or write into the issue what the agent has missed, then put the ready label back on: that starts a new run.',
        },
      ],
      buttons: [
        { label: 'Issue', url: issueUrl },
        { label: 'Thread', url: 'https://t3.example/env-1/0d9d7b4e' },
        { label: 'Commit', url: aFrozenCard().links.commit },
        { label: 'CI', url: aFrozenCard().links.ci },
      ],
      mention: true,
    })
  })

  it.each([
    ['landed', 'green', 'done', 'acme/shop#42 landed', false],
    ['escalated', 'blocked', 'needs-human', 'acme/shop#42 needs a person: the agent is blocked', true],
    ['frozen', 'budget', 'frozen', 'acme/shop#42 is frozen: out of attempts or time', true],
    ['cancelled', 'issue-closed', 'done', 'acme/shop#42 was cancelled: the issue was closed', false],
  ] as const)('%s for %s', (kind, reason, bell, headline, mention) => {
    expect(ring(aCard(), anOutcome({ kind, reason }))).toMatchObject({ kind: bell, headline, mention })
  })

  it('says nothing of attempts where there were none, and quotes nothing where nothing was said', () => {
    const { paragraphs } = ring(aCard(), anOutcome({ kind: 'escalated', reason: 'no-push', detail: '' }))
    expect(paragraphs.map(({ label }) => label)).toEqual(['', 'Why', 'Cost', 'Next'])
    expect(paragraphs.slice(1).every((paragraph) => !('quote' in paragraph))).toBe(true)
  })

  it('of a landed run says what, what it took, what it cost, and nothing else', () => {
    const landed = anOutcome({ kind: 'landed', reason: 'green', detail: '' })
    const text = '1.2 M tokens, about 7.41 USD'
    expect(ring(aCard({ tokens: 1_234_567 }), landed).paragraphs).toEqual([titled, { label: '', text }])
    expect(ring(aFrozenCard({ outcome: landed })).paragraphs).toEqual([
      titled,
      { label: '', text: `3 corrective turns · ${text}` },
    ])
    const turns = [aTurn({ purpose: 'fix:a' })]
    expect(ring(aCard({ tokens: 1_234_567, turns }), landed).paragraphs[1]?.text).toBe(`1 corrective turn · ${text}`)
  })

  it('has no line for a title of nothing', () => {
    const { paragraphs } = doorbellFor({
      card: aCard(),
      outcome: anOutcome(),
      issueUrl,
      repo: 'acme/shop',
      usd: 0,
      policy,
      title: ' \u200B\n',
    })
    expect(paragraphs[0]?.label).toBe('Why')
  })

  it('counts one and many', () => {
    const turn = { purpose: 'continue', attempt: 1, at: 0, retry: true, refused: false } as const
    const red = { head: 'h', signature: 's', failing: ['test'], after: 0 }
    const { paragraphs } = ring(aCard({ turns: [turn, turn], reds: [red] }))
    expect(paragraphs.slice(2, 4)).toEqual([
      { label: 'Tried', text: '0 of 5 corrective turns. 2 turns were sent again after an error.' },
      { label: 'Last red', text: '', quote: 'test' },
    ])
    expect(ring(aCard({ turns: [turn] })).paragraphs[2]).toEqual({
      label: 'Tried',
      text: '1 turn was sent again after an error.',
    })
  })

  it('keeps outside text in quotes of one short line, and bad addresses out of buttons', () => {
    const card = aCard({
      links: { thread: 'javascript:alert(1)', ci: 'https://ci.example/ x' },
      reds: [{ head: 'h', signature: 's', failing: ['<!channel>\n'.repeat(100)], after: 0 }],
    })
    const message = doorbellFor({
      card,
      issueUrl,
      repo: 'acme/shop',
      usd: 0,
      policy,
      outcome: anOutcome({ detail: `a\nb\u202E<@U1> ${'x'.repeat(1000)}` }),
      title: `<!here>\n${'y'.repeat(1000)}`,
    })
    expect(message.buttons.map(({ label }) => label)).toEqual(['Issue'])
    const { paragraphs, headline } = message
    for (const { quote } of paragraphs) expect((quote ?? '').length).toBeLessThanOrEqual(300)
    expect(paragraphs[0]?.quote).toMatch(/^<!here> y+…$/u)
    expect(paragraphs[1]?.quote).toMatch(/^a b<@U1> x+…$/u)
    expect([headline, ...paragraphs.map(({ text }) => text)].join(' ')).not.toMatch(/[<>\n]/u)
  })
})

describe('waitingBell', () => {
  it.each([
    ['approval', 'an approval'],
    ['input', 'an answer'],
  ] as const)('asks for what is waited for: %s', (kind, words) => {
    const request = { id: 'r1', kind, detail: 'rm -rf\n/tmp/x' }
    expect(waitingBell({ card: aCard(), request, title, issueUrl, repo: 'acme/shop' })).toEqual({
      kind: 'waiting',
      headline: `acme/shop#42 waits for ${words}`,
      repo: 'acme/shop',
      issue: 42,
      paragraphs: [
        titled,
        {
          label: 'Why',
          text: `The agent asks for ${words} in T3 and does not go on without it.`,
          quote: 'rm -rf /tmp/x',
        },
        { label: 'Next', text: 'Open the thread and answer there. If nobody does in time, the run is stopped.' },
      ],
      buttons: [
        { label: 'Issue', url: issueUrl },
        { label: 'Thread', url: 'https://t3.example/env-1/0d9d7b4e' },
      ],
      mention: true,
    })
  })
})
