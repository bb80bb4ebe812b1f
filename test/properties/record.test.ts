import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decideRun } from '../../src/core/run/decide-run.ts'
import { planDispatch } from '../../src/core/dispatch/dispatch-plan.ts'
import { pollRecord, restoreFacts, restorePolicy, runDecided, watchRecord } from '../../src/core/record/record.ts'
import { redact } from '../../src/core/record/redact.ts'
import { compare } from '../../src/core/record/replay.ts'
import { replayPoll } from '../../src/core/record/replay-poll.ts'
import type { IssueFacts } from '../../src/core/model.ts'
import type { PollObservation } from '../../src/core/dispatch/poll-facts.ts'
import type { RunFacts } from '../../src/core/run/run-facts.ts'
import { anyFacts } from '../builders/any-facts.ts'
import { anyLanding } from '../builders/any-landing.ts'
import { anyScene } from '../builders/any-observation.ts'
import { aCard, anOutcome, cardComment } from '../builders/card.ts'
import { aComment, afk, anIssue } from '../builders/issue.ts'
import { anOverview, settle } from '../builders/observation.ts'
import { thePolicy } from '../builders/policy.ts'
import { aHead } from '../builders/run.ts'

/** As a record is read: from JSON. */
const written = <T>(record: T): T => JSON.parse(JSON.stringify(record)) as T

function recordOf(facts: RunFacts) {
  const { issue, policy } = facts
  const decided = runDecided(decideRun(facts, afk), facts)
  const run = {
    issue,
    overview: anOverview(issue.repo, [issue]),
    allowlisted: facts.allowlisted,
    checked: null,
    decided,
  }
  return written(watchRecord({ self: afk, threads: [], runs: [{ ...run, facts }] }, thePolicy(policy)))
}

describe('the record of a run', () => {
  it.each([
    ['by push', anyFacts, 8],
    ['by pull request, with people in it', anyLanding, 10],
  ])('that lands %s leads to the very decision that was taken', (_how, any, kinds) => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(any, (facts) => {
        const { policy, self, runs } = recordOf(facts)
        const [run] = runs
        if (run?.facts == null || run.decided === null) throw new Error('the record lost its run')
        const own = restorePolicy(policy, thePolicy()).repo(facts.issue.repo)
        const restored = restoreFacts(run.issue, run.facts, own)
        const now = runDecided(decideRun(restored, self), restored)
        expect(now).toEqual(run.decided)
        seen.add(now.decision)
      }),
      { numRuns: 600 },
    )
    // Not the same few decisions over and over.
    expect(seen.size).toBeGreaterThan(kinds)
  })

  it('holds no text of the issue, the agent or a log, in whatever field it stands', () => {
    fc.assert(
      fc.property(anyFacts, anyText, (facts, text) => {
        expect(JSON.stringify(recordOf(withTexts(facts, text)))).not.toContain(mark)
      }),
    )
  })

  it('shows nothing of a field that it does not know', () => {
    fc.assert(
      fc.property(anyFacts, anyText, (facts, text) => {
        const future = { said: text, list: [text], deep: { [text]: { more: text } }, count: 3 }
        const record = recordOf({ ...facts, future } as RunFacts)
        expect(JSON.stringify(record)).not.toContain(mark)
        expect(record.runs[0]?.facts).toMatchObject({ future: { count: 3 } })
      }),
    )
  })
})

describe('the record of a poll', () => {
  it('leads to the very decisions that were taken', () => {
    fc.assert(
      fc.property(anyScene, (scene) => {
        const { plan, observation } = settle(scene.first, scene.policy, scene.world)
        const record = written(pollRecord(observation, plan.decisions, false, scene.policy))
        const recorded = restorePolicy(record.policy, thePolicy())
        const replayed = replayPoll(record, { recorded, now: recorded })
        expect(replayed.filter((one) => compare(one) !== 'same')).toEqual([])
        expect(replayed).toHaveLength(plan.decisions.length)
      }),
      { numRuns: 600 },
    )
  })

  it('of a tick that was cut short does so too', () => {
    fc.assert(
      fc.property(anyScene, ({ first, policy }) => {
        const { decisions } = planDispatch(first, policy)
        const record = written(pollRecord(first, decisions, true, policy))
        const recorded = restorePolicy(record.policy, thePolicy())
        const replayed = replayPoll(record, { recorded, now: recorded })
        expect(replayed.filter((one) => compare(one) !== 'same')).toEqual([])
      }),
    )
  })

  it('never guesses: what another configuration decides for certain is what it would have decided', () => {
    let known = 0
    let unknown = 0
    fc.assert(
      fc.property(anyScene, anyScene, (scene, other) => {
        const { plan, observation } = settle(scene.first, scene.policy, scene.world)
        const record = written(pollRecord(observation, plan.decisions, false, scene.policy))
        const recorded = restorePolicy(record.policy, thePolicy())
        const truth = settle(scene.first, other.policy, scene.world).plan.decisions
        for (const { repo, issue, now } of replayPoll(record, { recorded, now: other.policy })) {
          if (now.kind !== 'decided') {
            unknown += 1
            continue
          }
          known += 1
          const real = truth.find((one) => one.issue.repo === repo && one.issue.number === issue)
          expect([repo, issue, now.decided.decision]).toEqual([repo, issue, real?.decision])
        }
      }),
      { numRuns: 600 },
    )
    expect(known).toBeGreaterThan(400)
    expect(unknown).toBeGreaterThan(10)
  })

  it('holds no text of an issue', () => {
    fc.assert(
      fc.property(anyScene, anyText, (scene, text) => {
        const world = { ...scene.world, issues: scene.world.issues.map((issue) => issueWithTexts(issue, text)) }
        const { plan, observation } = settle(scene.first, scene.policy, world)
        const spoilt = observationWithTexts(observation, text)
        const record = pollRecord(spoilt, plan.decisions, false, thePolicy({ instructions: text }))
        expect(JSON.stringify(record)).not.toContain(mark)
      }),
    )
  })
})

describe('redact', () => {
  it('twice is once', () => {
    fc.assert(
      fc.property(fc.oneof(anyFacts, fc.object()), (value) => {
        const once = redact(value)
        expect(redact(written(once))).toEqual(written(once))
      }),
    )
  })

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'hashes what stands in a field called %s',
    (name) => {
      const value: unknown = JSON.parse(`{"${name}": "${mark}", "deep": {"${name}": {"${name}": "${mark}"}}}`)
      const once = redact(value)
      expect(JSON.stringify(once)).not.toContain(mark)
      expect(JSON.stringify(once).match(/"sha256:[0-9a-f]{16}"[,}]/g)).toHaveLength(2)
      expect(redact(written(once))).toEqual(written(once))
    },
  )
})

const mark = 'PRIVATEWORDS'

/** Texts that look like what is kept, and hold what must not be. */
const anyText = fc
  .tuple(
    fc.string(),
    fc.constantFrom(
      mark,
      `acme/shop#12 ${mark}`,
      `blocked by #5 ${mark}`,
      `Blocked by ${mark}`,
      `AFK-Run: ${mark}`,
      `AFK-Run: 00000000-0000-5000-8000-000000000000 ${mark}`,
      `<!-- afk:v1 {"${mark}":1} -->`,
      `<!-- afk:v2 ${mark} -->`,
      `sha256:0123456789abcdef ${mark}`,
      `${mark}/${mark}`,
    ),
    fc.string(),
  )
  .map((parts) => parts.join('\n'))

function issueWithTexts(issue: IssueFacts, text: string): IssueFacts {
  return {
    ...issue,
    title: text,
    body: text,
    comments: [
      ...issue.comments,
      aComment({ id: 901, body: text, own: false }),
      aComment({ id: 902, body: text, own: true }),
      cardComment(aCard({ outcome: { ...anOutcome(), detail: text }, links: { thread: text } })),
    ],
  }
}

function withTexts(facts: RunFacts, text: string): RunFacts {
  const card = { ...facts.card, outcome: { ...anOutcome(), detail: text } }
  return {
    ...facts,
    issue: issueWithTexts(facts.issue ?? anIssue(), text),
    policy: { ...facts.policy, instructions: text, commands: { setup: [[text]], test: [], lint: [] } },
    card,
    run: { ...facts.run, card },
    thread: {
      ...facts.thread,
      error: text,
      report: { report: { kind: 'blocked', words: text }, at: 1 },
      pending: { id: 'r', kind: 'input', detail: text },
    },
    head: { ...aHead(), commit: { ...aHead().commit, message: text } },
    threadLink: text,
  }
}

function observationWithTexts(observation: PollObservation, text: string): PollObservation {
  return {
    ...observation,
    threads: observation.threads.map((thread) => ({ ...thread, title: `${thread.title} ${text}` })),
    projects: [{ id: 'p', title: text, workspaceRoot: text }],
    heads: Object.fromEntries(
      Object.entries(observation.heads).map(([repo, head]) => [repo, head && { ...head, message: text }]),
    ),
    unreadable: { ...observation.unreadable, 'a/a#1': text },
  }
}
