import { describe, expect, it } from 'vitest'
import type { Card, Outcome } from '../../src/core/card.ts'
import { doorbellFor, waitingBell } from '../../src/core/doorbell.ts'
import { aCard, aFrozenCard, anOutcome } from './builders.ts'

const policy = { budgetUsd: 100, fixForward: { maxAttempts: 5, maxSeconds: 3600, stagnationThreshold: 3 } }
const issueUrl = 'https://github.com/acme/shop/issues/42'
const ring = (card: Card, outcome: Outcome = card.outcome ?? anOutcome()) =>
  doorbellFor({ card, outcome, issueUrl, repo: 'acme/shop', usd: 7.41, policy })

describe('doorbellFor', () => {
  it('tells of a frozen run: what happened, why, what was tried, what it cost, what to do next', () => {
    expect(ring(aFrozenCard())).toEqual({
      kind: 'frozen',
      headline: 'acme/shop#42 is frozen: going in circles',
      repo: 'acme/shop',
      issue: 42,
      paragraphs: [
        {
          label: 'Why',
          text: 'The same things failed again and again, whatever the agent did.',
          quote: 'test failed 3 times in a row',
        },
        {
          label: 'Tried',
          text: '3 of 5 corrective turns. 1 turn was sent again after an error. 5 things failed at the last red:',
          quote: 'lint, test, e2e (a | b), types, size',
        },
        { label: 'Cost', text: '1.2 M tokens, about 7.41 USD of 100 USD.' },
        {
          label: 'Next',
          text: 'Read the last failures and mend them or revert the work, or say in the issue what the agent did not see, then put the ready label back on: that starts a new run with fresh counters.',
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
    ['frozen', 'budget', 'frozen', 'acme/shop#42 is frozen: out of attempts', true],
    ['cancelled', 'issue-closed', 'done', 'acme/shop#42 was cancelled: the issue was closed', false],
  ] as const)('%s for %s', (kind, reason, bell, headline, mention) => {
    expect(ring(aCard(), anOutcome({ kind, reason }))).toMatchObject({ kind: bell, headline, mention })
  })

  it('says nothing of attempts where there were none, and quotes nothing where nothing was said', () => {
    const { paragraphs } = ring(aCard(), anOutcome({ kind: 'landed', reason: 'green', detail: '' }))
    expect(paragraphs.map(({ label }) => label)).toEqual(['Why', 'Cost', 'Next'])
    expect(paragraphs.every((paragraph) => !('quote' in paragraph))).toBe(true)
  })

  it('counts one and many', () => {
    const turn = { purpose: 'continue', attempt: 1, at: 0, retry: true, refused: false } as const
    const red = { head: 'h', signature: 's', failing: ['test'], after: 0 }
    const tried = ring(aCard({ turns: [turn, turn], reds: [red] })).paragraphs[1]
    expect(tried).toEqual({
      label: 'Tried',
      text: '0 of 5 corrective turns. 2 turns were sent again after an error. 1 thing failed at the last red:',
      quote: 'test',
    })
  })

  it('keeps outside text in quotes of one short line, and bad addresses out of buttons', () => {
    const card = aCard({
      links: { thread: 'javascript:alert(1)', ci: 'https://ci.example/ x' },
      reds: [{ head: 'h', signature: 's', failing: ['<!channel>\n'.repeat(100)], after: 0 }],
    })
    const message = ring(card, anOutcome({ detail: `a\nb\u202E<@U1> ${'x'.repeat(1000)}` }))
    expect(message.buttons.map(({ label }) => label)).toEqual(['Issue'])
    const { paragraphs, headline } = message
    for (const { quote } of paragraphs) expect((quote ?? '').length).toBeLessThanOrEqual(300)
    expect(paragraphs[0]?.quote).toMatch(/^a b<@U1> x+…$/u)
    expect([headline, ...paragraphs.map(({ text }) => text)].join(' ')).not.toMatch(/[<>\n]/u)
  })
})

describe('waitingBell', () => {
  it.each([
    ['approval', 'an approval'],
    ['input', 'an answer'],
  ] as const)('asks for what is waited for: %s', (kind, words) => {
    const request = { id: 'r1', kind, detail: 'rm -rf\n/tmp/x' }
    expect(waitingBell({ card: aCard(), request, issueUrl, repo: 'acme/shop' })).toEqual({
      kind: 'waiting',
      headline: `acme/shop#42 waits for ${words}`,
      repo: 'acme/shop',
      issue: 42,
      paragraphs: [
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
