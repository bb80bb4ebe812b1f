import { expect, it } from 'vitest'
import { readPushedShas, readReports } from '../../../src/adapters/t3/reports.ts'
import { blockerRefs } from '../../../src/core/dispatch/blockers.ts'
import { renderMarker } from '../../../src/core/card/card-marker.ts'
import { parseCard } from '../../../src/core/card/card-parse.ts'
import { renderCard } from '../../../src/core/card/card-render.ts'
import { codeQuote, markdownLink, oneLine } from '../../../src/core/text/escape.ts'
import { fenceFor, quote } from '../../../src/core/prompt/fence.ts'
import { issueOfTitle, threadTitle } from '../../../src/core/titles.ts'
import type { Card } from '../../../src/core/card/card.ts'
import { campaign } from './campaign.ts'
import { canary, pick, pieces, spoilOften } from './hostile.ts'

const timeout = 600_000
const card: Card = {
  runId: '907f74de-ba8d-56f0-b318-00052416d03f',
  repo: 'acme/shop',
  issue: 1,
  epoch: 'LE_1',
  epochAt: 1_795_232_460_000,
  startedAt: 1_795_232_590_000,
  base: null,
  phase: 'CI',
  phases: { worktree: 1 },
  head: { sha: 'a'.repeat(40), seenAt: 1, pathsClear: true },
  firstRedAt: 5,
  turns: [{ purpose: 'start', attempt: 1, at: 1, retry: false, refused: false }],
  reds: [{ head: 'a'.repeat(40), signature: 'b'.repeat(64), failing: ['test'], after: 0 }],
  rerun: null,
  bells: { done: { at: 1, channel: 'C1', ts: '1.2' } },
  absentSince: null,
  tokens: 5,
  links: { thread: 'https://t3.example/x' },
  outcome: { kind: 'frozen', reason: 'budget', detail: 'still red', at: 9, untold: false },
}
const numbers = { usdPerMillionTokens: 6, maxAttempts: 5, hasRollout: false }

it('card markers: read, refused, never thrown at, and what is read is a whole card', { timeout }, async () => {
  const marker = renderMarker(card)
  const body = renderCard(card, numbers)
  expect([marker, body].map(parseCard)).toEqual([
    { kind: 'card', card },
    { kind: 'card', card },
  ])
  const kinds = new Map<string, number>()
  const problems = await campaign('card markers', (random, noted) => {
    const parsed = parseCard(noted(spoilOften(random() < 0.8 ? marker : body, random)))
    kinds.set(parsed.kind, (kinds.get(parsed.kind) ?? 0) + 1)
    if (parsed.kind === 'broken') return parsed.why.includes(canary) ? `quotes the card: ${parsed.why}` : null
    // The way back costs twice what reading does.
    if (parsed.kind !== 'card' || random() < 0.7) return null
    const again = parseCard(renderMarker(parsed.card))
    return again.kind === 'card' && JSON.stringify(again.card) === JSON.stringify(parsed.card)
      ? null
      : 'does not come back'
  })
  expect(problems).toEqual([])
  for (const kind of ['card', 'broken', 'none', 'newer']) expect(kinds.get(kind), kind).toBeGreaterThan(20)
})

/** Where a text of others' gets into a card; the rest of it is as short as can be, for it would be written and read for nothing. */
const bare: Card = { ...card, head: null, phases: {}, turns: [], reds: [], bells: {}, links: {}, outcome: null }
const places: readonly ((text: string) => Partial<Card>)[] = [
  (text) => ({ reds: [{ head: text.slice(0, 40), signature: 'b', failing: [text], after: 0 }] }),
  (text) => ({ bells: { [`waiting:${text}`]: { at: 1 } } }),
  (text) => ({ links: { thread: text.slice(0, 200) } }),
  (text) => ({ outcome: { kind: 'escalated', reason: 'blocked', detail: text, at: 9, untold: false } }),
]

it('cards: whatever text gets into one, it is one marker and comes back', { timeout }, async () => {
  const problems = await campaign('rendered cards', (random, noted) => {
    const text = noted(spoilOften(pick(pieces, random), random).slice(0, random() < 0.01 ? 20_000 : 80))
    const hostile = { ...bare, ...pick(places, random)(text), ...pick(places, random)(pick(pieces, random)) }
    const rendered = renderCard(hostile, numbers)
    if (rendered.split('<!--').length !== 2) return 'holds a second comment'
    const parsed = parseCard(rendered)
    if (parsed.kind !== 'card') return `is ${parsed.kind}`
    return parsed.card.runId === card.runId && Object.keys(parsed.card).length >= Object.keys(bare).length
      ? null
      : 'comes back as another'
  })
  expect(problems).toEqual([])
})

it('blockers: numbers of issues, once each', { timeout }, async () => {
  const problems = await campaign('blockers', (random, noted) => {
    const refs = blockerRefs(noted(spoilOften('Blocked by #1, acme/api#2\n\ntext', random)), 'acme/shop')
    if (refs.some(({ number }) => !Number.isSafeInteger(number) || number < 1)) return 'no issue number'
    if (refs.some(({ repo }) => !/^[\w.-]+\/[\w.-]+$/.test(repo))) return 'no repo'
    const keys = refs.map(({ repo, number }) => `${repo.toLowerCase()}#${number}`)
    return new Set(keys).size === keys.length ? null : 'one twice'
  })
  expect(problems).toEqual([])
})

const results = [
  'blocked no key',
  'pushed 0123456789abcdef',
  'pr #7',
  'no-change done before',
  'needs-clarification?',
].map((words) => `AFK-RESULT: ${words}`)

it('reports: whole lines alone, and one line of words', { timeout }, async () => {
  let good = 0
  const problems = await campaign('reports', (random, noted) => {
    const text = noted(spoilOften(`Done.\n\nAFK-PHASE: green\n${pick(results, random)}\n`, random))
    const { report } = readReports([{ text, at: 1, streaming: random() < 0.3 }])
    if (report !== null) good += 1
    if (report !== null && !/^AFK-RESULT:[ \t]+[a-z-]+[ \t]+\S/m.test(text.replaceAll('\r', '\n')))
      return 'no such line'
    const shas = readPushedShas([{ text, at: 1, streaming: false }])
    if (shas.some((sha) => !/^[0-9a-f]{7,64}$/i.test(sha))) return 'no sha'
    if (report === null || !('words' in report.report)) return null
    return /[\n\r\u001B]/.test(report.report.words) ? 'words of more than one line' : null
  })
  expect(problems).toEqual([])
  expect(good).toBeGreaterThan(1000)
})

it('quotations, links and titles: nothing gets out of them', { timeout }, async () => {
  const problems = await campaign('text filters', (random, noted) => {
    const text = noted(spoilOften(pick(pieces, random), random))
    const fence = fenceFor([text])
    if (text.toLowerCase().includes(fence)) return 'the fence stands in the text'
    if (quote(fence, 'issue', text).split(`----- end ${fence} -----`).length !== 2) return 'the quotation ends twice'
    const code = codeQuote(text)
    if (code.slice(1, -1).includes('`') || code.includes('\n') || code.includes('<!--')) return `code is left: ${code}`
    if (/[\n\r\u001B\u009B\u202E]/.test(oneLine(text))) return 'a control character is left in a line'
    if (/javascript:/.test(markdownLink('x', text))) return 'a script in a link'
    const back = issueOfTitle(threadTitle('acme/shop', 7, text))
    return back?.repo === 'acme/shop' && back.number === 7 ? null : 'the title leads elsewhere'
  })
  expect(problems).toEqual([])
})
