import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SlackMessage } from '../../../src/adapters/slack/blocks.ts'
import { renderBlocks } from '../../../src/adapters/slack/blocks.ts'
import type { DoorbellMessage, Resolution } from '../../../src/core/effects.ts'
import { aDoorbell } from '../../contracts/notifier.contract.ts'
import { checkMessage } from '../../sandbox/slack/check-message.ts'

const MENTION = '<@U0ONCALL>'

/** All strings that Slack would read as mrkdwn. */
function mrkdwnOf({ text, blocks }: SlackMessage): string[] {
  const found = [text]
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(walk)
    if (typeof value !== 'object' || value === null) return
    const { type, text: inner } = value as { type?: unknown; text?: unknown }
    if (type === 'mrkdwn' && typeof inner === 'string') found.push(inner)
    Object.values(value).forEach(walk)
  }
  walk(blocks)
  return found
}

function quotesOf(message: SlackMessage): string[] {
  return mrkdwnOf(message).flatMap((text) => [...text.matchAll(/`([^`]*)`/gu)].map(([, inner = '']) => inner))
}

function refusal(message: SlackMessage): unknown {
  return checkMessage(new URLSearchParams({ text: message.text, blocks: JSON.stringify(message.blocks) }))
}

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.string({
    unit: fc.constantFrom(
      '<',
      '>',
      '&',
      '`',
      '!',
      '@',
      '|',
      '*',
      '_',
      '~',
      '\n',
      ' ',
      'a',
      'https://x.y',
      '\u202e',
      '\ud83d\ude00',
      '\ud800',
      '&lt;',
      '```',
      '\u0000',
    ),
    maxLength: 600,
  }),
  fc.constantFrom(
    '<!channel>',
    '<@U0ONCALL>',
    '<https://evil.example|the issue>',
    '`<!here>`',
    '```',
    ':fire:',
    '',
    ' ',
    '&lt;!channel&gt;',
  ),
  fc.string({ minLength: 4_000, maxLength: 9_000 }),
)

const kinds = ['done', 'needs-human', 'frozen', 'waiting', 'question', 'approval', 'ready-to-merge'] as const

const doorbell: fc.Arbitrary<DoorbellMessage> = fc.record({
  kind: fc.constantFrom(...kinds),
  headline: nasty,
  repo: nasty,
  issue: fc.nat(),
  paragraphs: fc.array(
    fc.oneof(fc.record({ label: nasty, text: nasty }), fc.record({ label: nasty, text: nasty, quote: nasty })),
    { maxLength: 60 },
  ),
  buttons: fc.array(
    fc.record({
      label: fc.constantFrom('Issue', 'Pull request', 'Thread', 'Commit', 'CI'),
      url: fc.oneof(fc.webUrl(), nasty),
    }),
    { maxLength: 12 },
  ),
  mention: fc.boolean(),
})

const resolution: fc.Arbitrary<Resolution> = fc.record({
  what: nasty,
  by: fc.oneof(
    fc.constant(null),
    fc.record({ login: nasty }),
    fc.record({ member: fc.oneof(nasty, fc.constantFrom('U0ONCALL', 'here', '!channel')) }),
  ),
  at: fc.integer(),
})

describe('renderBlocks, for any text at all', () => {
  it('keeps every limit of Slack and forms no live markup but the mention', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(doorbell, (message) => {
        const rendered = renderBlocks(message, MENTION)
        expect(refusal(rendered)).toBeNull()
        const texts = mrkdwnOf(rendered)
        const pings = texts.join('\n').split(MENTION).length - 1
        expect(pings).toBe(message.mention && message.kind !== 'done' ? 2 : 0)
        for (const text of texts) {
          const rest = text.startsWith(MENTION) ? text.slice(MENTION.length) : text
          expect(rest).not.toMatch(/[<>]/)
          // Every ampersand begins one of Slack's three escapes, so nothing that was escaped once can be undone.
          expect(rest.replaceAll(/&(?:amp|lt|gt);/gu, '')).not.toContain('&')
          expect(text.isWellFormed()).toBe(true)
        }
        expect(JSON.stringify(rendered.blocks)).not.toMatch(/\\u202e|[\u202e\u0000]/u)
      }),
      { numRuns: 1_000 },
    )
  })

  it('of a resolved message too, with the one who did it as the only name', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(doorbell, resolution, (message, resolved) => {
        const rendered = renderBlocks({ ...message, resolved }, MENTION)
        expect(refusal(rendered)).toBeNull()
        const member = resolved.by !== null && 'member' in resolved.by && resolved.by.member === 'U0ONCALL'
        const texts = mrkdwnOf(rendered)
        expect(texts.join('\n').split('<@U0ONCALL>')).toHaveLength(member ? 3 : 1)
        for (const text of texts) {
          expect(text.replaceAll('<@U0ONCALL>', '')).not.toMatch(/[<>]/)
          expect(text.split('`').length % 2).toBe(1)
        }
        expect(texts[1]).toMatch(/^~[^~\n]+~(?: ·|$)/)
      }),
      { numRuns: 200 },
    )
  })

  it('keeps quotes closed, in one line and within 300 characters', () => {
    fc.assert(
      fc.property(nasty, nasty, (text, quote) => {
        const rendered = renderBlocks(aDoorbell({ headline: 'h', paragraphs: [{ label: 'l', text, quote }] }), null)
        const backticks = mrkdwnOf(rendered).join('').split('`').length - 1
        expect([0, 2]).toContain(backticks)
        for (const inner of quotesOf(rendered)) {
          expect(inner.length).toBeLessThanOrEqual(300)
          expect(inner).not.toMatch(/[\n\r\u2028\u2029]/u)
          expect(inner.trim()).toBe(inner)
        }
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('renderBlocks', () => {
  const headline = 'acme/shop#42 needs a person: nothing was pushed'
  const title = { label: '', text: '', quote: 'Round <all> prices' }

  it('shows headline, title, paragraphs in order, and the buttons', () => {
    const { paragraphs } = aDoorbell()
    expect(renderBlocks(aDoorbell({ headline, paragraphs: [title, ...paragraphs] }), MENTION)).toEqual({
      text: `${MENTION} ${headline} · \`Round &lt;all&gt; prices\``,
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: headline, emoji: false } },
        {
          type: 'section',
          text: { type: 'mrkdwn', text: `${MENTION} \`Round &lt;all&gt; prices\``, verbatim: true },
        },
        {
          type: 'section',
          text: {
            type: 'mrkdwn',
            text: "*What happened*\nThe agent stopped without a push.\n`Fix the &lt;basket&gt; &amp; the 'total'`",
            verbatim: true,
          },
        },
        {
          type: 'section',
          text: { type: 'mrkdwn', text: '*Next*\nRead the thread, then put the label back on.', verbatim: true },
        },
        {
          type: 'actions',
          elements: [
            {
              type: 'button',
              text: { type: 'plain_text', text: 'Issue', emoji: false },
              url: 'https://github.com/acme/shop/issues/42',
              action_id: 'open-0',
            },
          ],
        },
      ],
    })
  })

  it('names the issue once: not beside a headline that names it, and no line of its own for it', () => {
    for (const kind of ['needs-human', 'frozen', 'waiting', 'done'] as const) {
      const { text, blocks } = renderBlocks(aDoorbell({ kind, headline, paragraphs: [title] }), MENTION)
      expect(text.split('acme/shop#42')).toHaveLength(2)
      expect(JSON.stringify(blocks).split('acme/shop#42')).toHaveLength(2)
    }
  })

  it('has no empty line under the headline when there is nobody to mention and no title', () => {
    const { blocks } = renderBlocks(aDoorbell(), null)
    expect(blocks.map(({ type }) => type)).toEqual(['header', 'section', 'section', 'actions'])
  })

  it('is quiet for done: one line and the buttons, no mention even when asked', () => {
    const paragraphs = [title, { label: '', text: '40 k tokens,\nabout 0.24 USD' }]
    const done = aDoorbell({ kind: 'done', headline: 'acme/shop#4 landed', paragraphs, mention: true })
    const { text, blocks } = renderBlocks(done, MENTION)
    const line = 'acme/shop#4 landed · `Round &lt;all&gt; prices` · 40 k tokens, about 0.24 USD'
    expect(text).toBe(line)
    expect(blocks[0]).toEqual({ type: 'section', text: { type: 'mrkdwn', text: line, verbatim: true } })
    expect(blocks.map(({ type }) => type)).toEqual(['section', 'actions'])
  })

  it('keeps a label beside its text in the one line of a done', () => {
    const { blocks } = renderBlocks(aDoorbell({ kind: 'done', headline: 'Landed' }), null)
    expect(JSON.stringify(blocks[0])).toContain(
      "Landed · *What happened* The agent stopped without a push. `Fix the &lt;basket&gt; &amp; the 'total'` · *Next* Read",
    )
  })

  it('says so when the one line has no room for all', () => {
    const paragraphs = Array.from({ length: 20 }, () => ({ label: '', text: 'x'.repeat(400) }))
    const { text } = renderBlocks(aDoorbell({ kind: 'done', paragraphs }), null)
    expect(text.length).toBeLessThan(3_000)
    expect(text).toMatch(/x · …$/u)
  })

  it('cuts a long quote with an ellipsis, between characters', () => {
    const [inner = ''] = quotesOf(
      renderBlocks(aDoorbell({ paragraphs: [{ label: 'l', text: 't', quote: '😀'.repeat(400) }] }), null),
    )
    expect(inner.length).toBeLessThanOrEqual(300)
    expect(inner).toMatch(/^(?:😀)+…$/u)
  })

  it('leaves out a button whose address is none, and keeps at most five', () => {
    const urls = [
      'javascript:alert(1)',
      'not an address',
      'https://a.example/1',
      'https://a.example/2',
      'https://a.example/3',
      'https://a.example/4',
      'https://a.example/5',
      'https://a.example/6',
    ]
    const { blocks } = renderBlocks(aDoorbell({ buttons: urls.map((url) => ({ label: 'CI', url })) }), null)
    const row = blocks.find((block) => block.type === 'actions')
    expect(row?.elements.map(({ url }) => url)).toEqual(urls.slice(2, 7))
  })

  it('says so when paragraphs no longer fit', () => {
    const paragraphs = Array.from({ length: 60 }, (_, index) => ({ label: `p${index}`, text: 'x' }))
    const { blocks } = renderBlocks(aDoorbell({ paragraphs }), null)
    expect(blocks.length).toBeLessThanOrEqual(50)
    expect(JSON.stringify(blocks)).toContain('The rest is on the card of the issue.')
  })
})
