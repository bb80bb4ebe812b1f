import { describe, expect, it } from 'vitest'
import { cardsOf } from '../../src/core/card/cards-of.ts'
import type { DispatchDecision } from '../../src/core/dispatch/dispatch-plan.ts'
import type { Effect } from '../../src/core/effects.ts'
import { explainOnIssue } from '../../src/core/explain/explain-on-issue.ts'
import { parseCard } from '../../src/core/card/card-parse.ts'
import type { IssueFacts, Permission } from '../../src/core/model.ts'
import { renderWhy } from '../../src/core/explain/render-why.ts'
import { retractEffects, whyCommentsOf } from '../../src/core/explain/why-comment.ts'
import { cardComment, aCard } from '../builders/card.ts'
import { aComment, anEdit, anIssue, human, labelled, lock, ready, stranger, unlabelled } from '../builders/issue.ts'
import { anObservation, anOverview, settle, type World } from '../builders/observation.ts'
import { aPolicy, thePolicy } from '../builders/policy.ts'
import { minutes, seconds, t0 } from '../builders/time.ts'

const read: Permission = { permission: 'read', role: 'read' }
const policy = aPolicy()
/** Ten minutes after everything that happens in the second of the label or the next. */
const late = t0 + seconds(602)

/** The planner's own decision of the one issue there is. */
function decide(
  issue: IssueFacts,
  more: Partial<World> & { at?: number; red?: boolean; moved?: boolean; drain?: boolean } = {},
): DispatchDecision {
  const at = more.at ?? late
  const overview = anOverview(issue.repo, [issue], {
    ready: [issue.number],
    ...(more.moved ? { nameWithOwner: 'acme/`store`' } : {}),
    ...(more.red ? { base: { branch: 'main', head: 'b'.repeat(40), rollup: 'failure' } } : {}),
  })
  const observation = anObservation({
    repos: [overview],
    now: { tracker: at, executor: at },
    drain: more.drain ?? false,
    // A repo that moved and a blocker that is counted only need no look; it was looked at for the telling.
    looked: { [`${issue.repo}#${issue.number}`]: issue },
  })
  const { plan } = settle(observation, thePolicy(), { issues: [issue], ...more })
  const [decision] = plan.decisions
  if (decision === undefined) throw new Error('there is no decision')
  return decision
}

const tell = (decision: DispatchDecision, at = late, off = false) =>
  explainOnIssue(decision, at, { ...policy, explainOnIssue: !off })
const bodyOf = (effects: readonly Effect[]) => {
  const [effect] = effects
  if (effects.length !== 1 || effect?.kind !== 'comment.explain') throw new Error(JSON.stringify(effects))
  return effect.body
}
const why = (body: string, id = 7) => aComment({ id, body })

const byStranger = anIssue({ labelEvents: [labelled(ready, { actor: stranger })] })
const untrusted = (issue: IssueFacts = byStranger, at = late) => decide(issue, { permission: () => read, at })

describe('which skips are told', () => {
  it.each([
    ['untrusted-labeller', untrusted(), '`stranger` (permission: `read`)'],
    [
      'edited-after-label',
      decide(anIssue({ edits: [anEdit()] }), {
        permission: (login) => (login === 'stranger' ? read : { permission: 'write', role: 'write' }),
      }),
      'The text was changed by `stranger`, 2026-11-21 05:00 UTC.',
    ],
    [
      'human-label',
      decide(anIssue({ labels: [ready, human], labelEvents: [labelled(ready), labelled(human, { at: t0 + 1000 })] })),
      '`ready-for-human` was put on by `maria`',
    ],
    ['blocked', decide(anIssue({ body: 'Blocked by #3' }), { blocker: () => 'open' }), '`acme/shop#3 (open)`'],
    ['blocked', decide(anIssue({ openDependencies: 2 })), ''],
    ['base-red', decide(anIssue(), { red: true }), 'The branch is `main`.'],
    ['repo-moved', decide(anIssue(), { moved: true }), "It is called `acme/'store'` now."],
  ])('%s', (code, decision, words) => {
    expect(decision.failing.map((one) => one.code)).toContain(code)
    const body = bodyOf(tell(decision))
    expect(body).toContain(words)
    expect(body).toContain('**What to do:**')
    expect(whyCommentsOf({ comments: [why(body)] }).standing).toMatchObject({ comment: 7, codes: [code] })
  })

  it.each([
    ['a dispatch', decide(anIssue())],
    ['what waits by itself', decide(anIssue(), { at: t0 + seconds(5) })],
    ['a drain', decide(anIssue(), { drain: true })],
    [
      'one that has its lock',
      decide(
        anIssue({
          labels: [ready, lock, human],
          labelEvents: [labelled(ready), labelled(human, { at: t0 + 1000 }), labelled(lock, { at: t0 + 2000 })],
        }),
      ),
    ],
    ['one that was closed meanwhile', decide({ ...byStranger, state: 'closed' }, { permission: () => read })],
  ])('not %s', (_what, decision) => {
    expect(tell(decision)).toEqual([])
  })

  it('not what was never looked at', () => {
    const decision = untrusted()
    expect(tell({ ...decision, candidate: { ...decision.candidate, facts: null } })).toEqual([])
  })

  it('not a half-done dispatch that is taken back', () => {
    expect(tell({ ...untrusted(), cancel: 'blocked' })).toEqual([])
  })

  it('all reasons that are known, in the order of the rules', () => {
    const both = anIssue({
      openDependencies: 1,
      labels: [ready, human],
      labelEvents: [labelled(ready), labelled(human, { at: t0 + 1000 })],
    })
    const body = bodyOf(tell(decide(both)))
    expect(whyCommentsOf({ comments: [why(body)] }).standing?.codes).toEqual(['human-label', 'blocked'])
    expect(body.match(/\*\*What to do:\*\*/g)).toHaveLength(2)
  })
})

describe('for more than ten minutes', () => {
  it.each([
    ['the label', (at: number) => untrusted(byStranger, at), 600],
    [
      'the human label',
      (at: number) =>
        decide(
          anIssue({ labels: [ready, human], labelEvents: [labelled(ready), labelled(human, { at: t0 + minutes(7) })] }),
          { at },
        ),
      600 + 420,
    ],
    [
      'the first bad edit',
      (at: number) =>
        decide(anIssue({ edits: [anEdit({ at: t0 + minutes(3) }), anEdit({ at: t0 + minutes(9) })] }), {
          at,
          permission: (login) => (login === 'stranger' ? read : { permission: 'write', role: 'write' }),
        }),
      600 + 180,
    ],
    [
      'the text that may name the blocker',
      (at: number) =>
        decide(
          anIssue({
            body: 'Blocked by #3',
            edits: [anEdit({ at: t0 + minutes(2), actor: { login: 'maria', kind: 'user' } })],
          }),
          { at, blocker: () => 'open' },
        ),
      600 + 120,
    ],
    ['the label, of a base whose redness has no time', (at: number) => decide(anIssue(), { at, red: true }), 600],
  ])('since %s', (_what, at, after) => {
    expect(tell(at(t0 + seconds(after)), t0 + seconds(after))).toEqual([])
    expect(tell(at(t0 + seconds(after + 1)), t0 + seconds(after + 1))).toHaveLength(1)
  })

  it('a new application of the label waits anew, but a comment that stands is kept true', () => {
    const anew = (comments: IssueFacts['comments']) =>
      anIssue({
        comments,
        labelEvents: [
          labelled(ready, { actor: stranger }),
          unlabelled(ready, { at: late }),
          labelled(ready, { actor: stranger, at: late }),
        ],
      })
    const soon = late + seconds(60)
    expect(tell(untrusted(anew([]), soon), soon)).toEqual([])
    expect(tell(untrusted(anew([why('old\n\n<!-- afk:why v1 {"codes":["blocked"]} -->')]), soon), soon)).toHaveLength(1)
  })
})

describe('once', () => {
  const said = bodyOf(tell(untrusted()))

  it('nothing is done where it says so already', () => {
    expect(tell(untrusted({ ...byStranger, comments: [why(said)] }))).toEqual([])
    expect(tell(untrusted({ ...byStranger, comments: [why(`${said}\r\n`)] }))).toHaveLength(1)
  })

  it('doubles are a reason to act, and the oldest stands', () => {
    const comments = [
      aComment({ id: 9, body: said, createdAt: t0 + 5 }),
      aComment({ id: 8, body: said, createdAt: t0 + 5 }),
      aComment({ id: 3, body: said, createdAt: t0 + 9 }),
    ]
    expect(whyCommentsOf({ comments })).toMatchObject({ standing: { comment: 8 }, doubles: [9, 3] })
    expect(tell(untrusted({ ...byStranger, comments }))).toHaveLength(1)
    expect(retractEffects({ comments })).toEqual([{ kind: 'comment.retract', comments: [8, 9, 3] }])
  })

  it('is taken away when no reason is left, and when it is switched off', () => {
    const waiting = anIssue({
      comments: [why('x\n\n<!-- afk:why v1 {"codes":["human-label"]} -->')],
      labelEvents: [labelled(ready, { at: late })],
    })
    expect(tell(decide(waiting, { at: late + 1000 }), late + 1000)).toEqual([
      { kind: 'comment.retract', comments: [7] },
    ])
    expect(tell(untrusted({ ...byStranger, comments: [why(said)] }), late, true)).toEqual([
      { kind: 'comment.retract', comments: [7] },
    ])
    expect(tell(untrusted(), late, true)).toEqual([])
  })

  it('stays while its reason was not asked about in this tick', () => {
    const waiting = anIssue({ comments: [why(said)], labelEvents: [labelled(ready, { at: late })] })
    const decision = decide(waiting, { at: late + 1000 })
    expect(decision.notEvaluated).toContain('untrusted-labeller')
    expect(tell(decision, late + 1000)).toEqual([])
  })
})

describe('whose comment it is', () => {
  const said = bodyOf(tell(untrusted()))

  it.each([
    ['somebody else’s', aComment({ id: 7, body: said, own: false })],
    ['one that somebody else edited', aComment({ id: 7, body: said, editedByOther: true })],
    ['one that only quotes the tag', why(`${said}\n\nand more`)],
    ['one whose tag has no end', why(said.slice(0, -1))],
    ['the card', cardComment(aCard({}))],
  ])('not %s', (_what, comment) => {
    expect(whyCommentsOf({ comments: [comment] })).toEqual({ standing: null, doubles: [] })
    expect(retractEffects({ comments: [comment] })).toEqual([])
  })

  it('is never a card, whole or damaged', () => {
    expect(parseCard(said)).toEqual({ kind: 'none' })
    const { cards, doubles, tampered, broken, newer } = cardsOf(
      anIssue({ comments: [why(said), aComment({ id: 8, body: said, editedByOther: true })] }),
    )
    expect([cards, doubles, tampered, broken, newer]).toEqual([[], [], [], [], []])
  })

  it('one of a later version is the same comment', () => {
    const comments = [why('later words\n\n<!-- afk:why v2 [1] -->')]
    expect(whyCommentsOf({ comments }).standing).toMatchObject({ comment: 7, codes: [] })
    expect(tell(untrusted({ ...byStranger, comments }))).toHaveLength(1)
  })
})

describe('words from outside', () => {
  it('stand in code, where nothing is pinged, linked, closed or hidden', () => {
    const nasty = '`@acme/all` <!-- afk:v1 {} --> #1 [x](https://evil.example) \n# head'
    const body = renderWhy(
      [
        { code: 'blocked', facts: { by: Array.from({ length: 12 }, () => nasty), openDependencies: 0 }, unblock: '' },
        { code: 'untrusted-labeller', facts: { by: nasty, via: nasty }, unblock: '' },
        { code: 'edited-after-label', facts: { what: 'title', by: null, at: 'no time' }, unblock: '' },
      ],
      { ...policy.labels, ready: nasty },
    )
    const outsideCode = body.replaceAll(/`[^`\n]*`/g, '')
    expect(outsideCode).not.toMatch(/@|#1|evil|\]\(|# head/)
    expect(outsideCode.match(/<!--/g)).toHaveLength(1)
    expect(body).toContain('and 2 more')
    expect(body).toContain('by an account that is gone, an unknown time.')
    expect(parseCard(body)).toEqual({ kind: 'none' })
    expect(whyCommentsOf({ comments: [why(body)] }).standing?.comment).toBe(7)
  })
})
