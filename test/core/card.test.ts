import { describe, expect, it } from 'vitest'
import { boundCard } from '../../src/core/card/card-bound.ts'
import { renderMarker } from '../../src/core/card/card-marker.ts'
import { parseCard } from '../../src/core/card/card-parse.ts'
import { CARD_CHARACTERS, renderCard } from '../../src/core/card/card-render.ts'
import { phases, type Card, type OutcomeKind } from '../../src/core/card/card.ts'
import { aCard, aFrozenCard, anOutcome, aRed, aTurn, dawn, sha } from './builders.ts'

const numbers = { usdPerMillionTokens: 6, maxAttempts: 5, hasRollout: true }
const render = (card: Card): string => renderCard(card, numbers)

describe('a card reads like this', () => {
  it.each([
    ['working', aCard({ phase: 'green', tokens: 45_678 })],
    ['frozen', aFrozenCard()],
    [
      'escalated',
      aCard({
        outcome: anOutcome({
          kind: 'escalated',
          reason: 'needs-clarification',
          detail: 'Which currency, @ada? See #7 <b>now</b>',
          untold: true,
        }),
      }),
    ],
    ['landed', aFrozenCard({ phase: 'done', outcome: anOutcome({ kind: 'landed', reason: 'green', detail: '' }) })],
    ['cancelled', aCard({ outcome: anOutcome({ kind: 'cancelled', reason: 'lock-removed', detail: '' }) })],
    [
      'halted',
      aCard({
        phase: 'green',
        halted: dawn,
        turns: [
          aTurn(),
          aTurn({ purpose: 'continue', retry: true }),
          aTurn({ purpose: 'continue', attempt: 2, retry: true, halted: true }),
        ],
      }),
    ],
    [
      'reviewed',
      aCard({
        phase: 'CI',
        pull: { number: 7, url: 'https://github.example/acme/shop/pull/7', branch: 'afk/42-x', merged: null },
        reviews: [
          { round: 1, pull: 0, head: '', at: dawn, state: 'clean', attempt: 1, tokens: 0 },
          { round: 2, pull: 7, head: sha('a'), at: dawn, state: 'issues', attempt: 1, tokens: 9 },
          { round: 3, pull: 7, head: sha('c'), at: dawn, state: 'asked', attempt: 2, tokens: 0 },
        ],
        findings: [{ head: sha('a'), signature: 'one', threads: ['t', 'u'], round: 2, at: dawn }],
      }),
    ],
    [
      'people',
      aCard({
        phase: 'CI',
        driven: true,
        questions: [
          { number: 1, at: dawn, answer: 9, answeredAt: dawn },
          { number: 2, at: dawn, answer: null, answeredAt: null },
        ],
        approvals: [
          { what: 'merge', head: sha('a'), decision: 'approved', by: 'ada`@all', via: 'review', at: dawn },
          { what: 'deploy', head: sha('b'), decision: 'rejected', by: 'U012ABCDEF', via: 'slack', at: dawn },
          { what: 'deploy', head: sha('c'), decision: 'approved', by: 'mona', via: 'comment', at: dawn },
        ],
      }),
    ],
  ])('%s', async (name, card) => {
    await expect(render(card)).toMatchFileSnapshot(`goldens/card-${name}.md`)
  })
})

describe('renderCard', () => {
  it.each(phases.map((phase, index) => ({ phase, index })))('ticks off what is behind $phase', ({ phase, index }) => {
    const lines = render(aCard({ phase }))
      .split('\n')
      .filter((line) => line.startsWith('- ['))
    expect(lines).toEqual([
      ...phases.slice(0, index).map((done) => `- [x] ${done}`),
      `- [ ] **→ ${phase}**`,
      ...phases.slice(index + 1).map((open) => `- [ ] ${open}`),
    ])
  })

  it('says where it stopped, and that a landed run is done', () => {
    expect(render(aFrozenCard())).toContain('- [ ] **■ CI**')
    expect(render(aCard({ phase: 'done', outcome: anOutcome({ kind: 'landed' }) }))).toContain('- [x] done')
  })

  it('says of red work on the default branch that it keeps the other issues of the repo waiting', () => {
    const words = 'no other issue of this repo starts'
    const byPush = (card: Card) => renderCard(card, { ...numbers, redStopsRepo: true })
    const frozen = aFrozenCard()
    expect(byPush(frozen)).toContain(words)
    expect(render(frozen)).not.toContain(words)
    // Stopped after a fix whose checks are not over yet; given back before any push; landed.
    expect(byPush({ ...frozen, head: { sha: sha('e'), seenAt: dawn, pathsClear: true } })).not.toContain(words)
    const ended = (kind: OutcomeKind) => byPush({ ...frozen, outcome: anOutcome({ kind }) })
    for (const kind of ['escalated', 'cancelled', 'landed'] as const) expect(ended(kind)).not.toContain(words)
    const unclear = anOutcome({ kind: 'frozen', reason: 'ambiguous-red' })
    expect(byPush(aCard({ outcome: unclear }))).toContain(words)
  })

  it('says that the thread has disappeared', () => {
    expect(render(aCard({ absentSince: dawn }))).toContain('### afk: its thread has disappeared')
  })

  it('counts only corrective turns, and no retries of them', () => {
    expect(render(aFrozenCard())).toContain('Corrective turns: 3 of 5')
  })

  it('links nothing but plain addresses, and has no line for no links', () => {
    const card = render(aCard({ links: { thread: 'javascript:alert(1)', ci: 'https://ci.example/x) [y](z' } }))
    expect(card).toContain('\nThread · CI\n')
    expect(render(aCard({ links: {} }))).not.toContain('Thread')
  })

  it('says where no rollout is waited for, and not that it was deployed', () => {
    const landed = aCard({
      phase: 'done',
      phases: { worktree: dawn, done: dawn },
      outcome: anOutcome({ kind: 'landed' }),
    })
    const without = renderCard(landed, { ...numbers, hasRollout: false })
    expect(without).toContain('\n- [x] deployed (no rollout configured)\n')
    expect(without).toContain('\n- deployed: – (no rollout configured)\n')
    expect(render(landed)).toContain('\n- [x] deployed\n')
    expect(render(landed)).toContain('\n- deployed: – (passed between two looks)\n')
    expect(renderCard(aCard(), { ...numbers, hasRollout: false })).not.toContain('- deployed: ')
  })

  it('gives every phase that is ticked a line in the times, seen or not', () => {
    expect(render(aCard({ phase: 'CI', phases: { worktree: dawn, CI: dawn } }))).toContain(
      [
        '- started: 2026-11-21 05:00 UTC',
        '- worktree: 2026-11-21 05:00 UTC',
        '- tests-red: – (passed between two looks)',
        '- green: – (passed between two looks)',
        '- pushed: – (passed between two looks)',
        '- CI: 2026-11-21 05:00 UTC\n\n</details>',
      ].join('\n'),
    )
  })

  it('says in words what each turn was for', () => {
    const a = `fix:${sha('a')}` as const
    const turns = [
      aTurn(),
      aTurn({ attempt: 2, retry: true }),
      aTurn({ purpose: 'nudge' }),
      aTurn({ purpose: 'continue', retry: true }),
      aTurn({ purpose: a }),
      aTurn({ purpose: a, attempt: 2, retry: true }),
      aTurn({ purpose: 'continue', attempt: 2, retry: true }),
      aTurn({ purpose: `fix:${sha('c')}`, refused: true }),
      aTurn({ purpose: 'answer:IC_7' }),
    ]
    const rows = render(aCard({ turns }))
      .split('\n')
      .filter((line) => line.startsWith('| 2026'))
    expect(rows.map((row) => row.split(' | ')[1])).toEqual([
      'start |',
      'start (2nd try) |',
      'asked again for a result |',
      'continued after an error |',
      'correction 1 for `aaaaaaaaaa` |',
      'correction 1 for `aaaaaaaaaa`, sent again |',
      'continued after an error (2nd time) |',
      'correction 2 for `cccccccccc`, refused by T3 |',
      'answer `IC_7` |',
    ])
  })

  it.each([
    [1, ''],
    [3, ' (3rd time)'],
    [11, ' (11th time)'],
    [22, ' (22nd time)'],
    [113, ' (113th time)'],
  ])('counts: %d', (times, words) => {
    const turns = Array.from({ length: times }, () => aTurn({ purpose: 'nudge' }))
    expect(render(aCard({ turns }))).toContain(`| asked again for a result${words} |\n\n</details>`)
  })

  it('shows the commit by its name where there is no address for it, and as "Commit" where there is no name', () => {
    const head = { sha: sha('c'), seenAt: dawn, pathsClear: true }
    expect(render(aCard({ head, links: {} }))).toContain('\nCommit `cccccccccc`\n')
    expect(render(aCard({ links: { commit: 'https://a.example/c' } }))).toContain('\n[Commit](https://a.example/c)\n')
  })

  it('asks nothing of anybody when the run has landed', () => {
    expect(render(aCard({ phase: 'done', outcome: anOutcome({ kind: 'landed' }) }))).not.toContain('What to do')
    expect(render(aFrozenCard())).toContain('**What to do:** ')
  })

  it('shows the newest of long lists, and says so', () => {
    const turns = Array.from({ length: 30 }, (_, index) => aTurn({ purpose: 'nudge', attempt: index + 1 }))
    const card = render(aCard({ turns, reds: turns.map((_, after) => aRed({ after })) }))
    expect(card.match(/Only the newest 12 of 30\./gu)).toHaveLength(2)
    expect(card).toContain('asked again for a result (30th time)')
    expect(card).not.toContain('(18th time)')
  })

  it('has no folded lists of nothing', () => {
    const card = render(aCard({ turns: [], phases: {} }))
    expect(card).not.toContain('<summary>Turns')
    expect(card).not.toContain('<summary>Failures')
  })
})

describe('a card that is too large', () => {
  const huge = aFrozenCard({
    turns: Array.from({ length: 300 }, (_, index) => aTurn({ purpose: `fix:${sha('d')}`, attempt: index })),
    reds: Array.from({ length: 300 }, (_, after) =>
      aRed({ after, failing: Array.from({ length: 25 }, () => '<'.repeat(70)) }),
    ),
    bells: Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`waiting:${index}`, { at: dawn, channel: 'C1', ts: '1.2' }]),
    ),
    links: { thread: `https://t3.example/${'x'.repeat(2000)}`, commit: 'https://github.com/c' },
    outcome: anOutcome({ detail: '@'.repeat(50_000) }),
  })

  it('is written shortened, with what decisions rest on', () => {
    const text = render(huge)
    expect(text.length).toBeLessThan(CARD_CHARACTERS)
    const parsed = parseCard(text)
    expect(parsed).toMatchObject({
      kind: 'card',
      card: {
        runId: huge.runId,
        epoch: huge.epoch,
        head: huge.head,
        phase: 'CI',
        outcome: { kind: 'frozen', reason: 'stagnant' },
      },
    })
    if (parsed.kind !== 'card') return
    expect(parsed.card.turns.at(-1)).toEqual(huge.turns.at(-1))
    expect(parsed.card.reds.at(-1)).toMatchObject({ after: 299, signature: 'f'.repeat(64) })
    expect(parsed.card.reds.at(-1)?.failing).not.toEqual([])
    expect(parsed.card.bells).toHaveProperty('waiting:199')
    expect(parsed.card.links).toEqual({ commit: 'https://github.com/c' })
    // Written again from what was read, it is the same text: no edit tick after tick.
    expect(render(parsed.card)).toBe(text)
  })

  it.each(['blocked', 'needs-clarification', 'no-change', 'unanswered'])('keeps the words of %s whole', (reason) => {
    const detail = `nobody answered the agent's question: ${'x'.repeat(3992)} ENDMARK`
    const text = render(aCard({ outcome: anOutcome({ kind: 'escalated', reason, detail }) }))
    expect(text).toContain(`**Details:** \`${detail}\``)
    const hostile = anOutcome({ kind: 'escalated', reason, detail: '@'.repeat(4000) })
    expect(parseCard(render(aCard({ outcome: hostile })))).toMatchObject({ card: { outcome: hostile } })
    expect(render(aCard({ outcome: anOutcome({ reason: 'stagnant', detail }) }))).not.toContain('ENDMARK`')
  })

  it('loses the least important first', () => {
    const talkative = aFrozenCard({ outcome: anOutcome({ detail: 'x'.repeat(70_000) }) })
    const parsed = parseCard(render(talkative))
    expect(parsed).toMatchObject({
      kind: 'card',
      card: { turns: talkative.turns, reds: talkative.reds, links: talkative.links },
    })
  })

  it('comes in its shortest form when none fits', () => {
    expect(boundCard(huge, () => false).turns).toHaveLength(60)
  })
})

describe('parseCard', () => {
  const good = renderMarker(aCard())

  it('finds no card where there is no marker', () => {
    expect(parseCard('')).toEqual({ kind: 'none' })
    expect(parseCard('### afk: landed <!-- afk -->')).toEqual({ kind: 'none' })
  })

  it('leaves newer versions alone, whatever else is there', () => {
    expect(parseCard('x <!-- afk:v2 whatever')).toEqual({ kind: 'newer', version: 2 })
    expect(parseCard(`${good}\n<!-- afk:v31 {} -->`)).toEqual({ kind: 'newer', version: 31 })
  })

  const changed = (changes: object): string => `<!-- afk:v1 ${JSON.stringify({ ...aCard(), ...changes })} -->`
  const without = (key: string): string =>
    `<!-- afk:v1 ${JSON.stringify(Object.fromEntries(Object.entries(aCard()).filter(([name]) => name !== key)))} -->`

  it.each([
    ['two markers', `${good}\n${good}`, /^2 markers in one comment/u],
    ['no version', '<!-- afk:v {} -->', /version/u],
    ['version 0', '<!-- afk:v0 {} -->', /version/u],
    ['a version with more', '<!-- afk:v1.2 {} -->', /version/u],
    ['no end', good.slice(0, -4), /no end/u],
    ['no JSON', '<!-- afk:v1 {oops} -->', /no valid JSON/u],
    ['nothing', '<!-- afk:v1  -->', /no valid JSON/u],
    ['a list', '<!-- afk:v1 [] -->', /^card: expected an object, got a list$/u],
    ['null', '<!-- afk:v1 null -->', /^card: expected an object, got null$/u],
    ['a missing field', without('epoch'), /^card\.epoch: missing$/u],
    ['an unknown field', changed({ extra: 1 }), /^card: unknown field "extra"$/u],
    ['a text for a number', changed({ issue: '42' }), /^card\.issue: expected a whole number from 0, got string$/u],
    ['a negative number', changed({ issue: -1 }), /^card\.issue/u],
    ['a number without end', good.replace('"tokens":0', '"tokens":1e999'), /^card\.tokens: expected a number/u],
    ['a number for a text', changed({ repo: 1 }), /^card\.repo: expected a text, got number$/u],
    ['an unknown phase', changed({ phase: 'moon' }), /^card\.phase: expected a phase/u],
    ['an unknown phase in the times', changed({ phases: { moon: 1 } }), /^card\.phases: unknown field "moon"$/u],
    [
      'a wrong head',
      changed({ head: { sha: 'a', seenAt: 1, pathsClear: 'yes' } }),
      /^card\.head\.pathsClear: expected true or false/u,
    ],
    ['turns that are no list', changed({ turns: {} }), /^card\.turns: expected a list, got object$/u],
    [
      'a wrong turn',
      changed({ turns: [aTurn(), { ...aTurn(), purpose: 'fun' }] }),
      /^card\.turns\[1\]\.purpose: expected a purpose/u,
    ],
    [
      'a wrong red',
      changed({ reds: [{ ...aRed(), failing: [1] }] }),
      /^card\.reds\[0\]\.failing\[0\]: expected a text/u,
    ],
    ['bells that are a list', changed({ bells: [] }), /^card\.bells: expected an object, got a list$/u],
    ['a wrong bell', changed({ bells: { done: { at: 1, ts: 2 } } }), /^card\.bells\["done"\]\.ts: expected a text/u],
    ['a wrong outcome', changed({ outcome: { ...anOutcome(), kind: 'won' } }), /^card\.outcome\.kind/u],
    ['a prototype', '<!-- afk:v1 {"__proto__":{}} -->', /^card: unknown field "__proto__"$/u],
  ])('calls broken, with the reason: %s', (_, body, why) => {
    const parsed = parseCard(body)
    expect(parsed).toMatchObject({ kind: 'broken' })
    expect(parsed.kind === 'broken' && parsed.why).toMatch(why)
  })
})
