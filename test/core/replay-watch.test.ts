import { describe, expect, it } from 'vitest'
import { createRecorder } from '../../src/app/recorder.ts'
import { decideRun } from '../../src/core/run/decide-run.ts'
import { identifyRun } from '../../src/core/run/identify.ts'
import type { Check, IssueFacts, RolloutFacts } from '../../src/core/model.ts'
import type { RepoPolicy } from '../../src/core/policy.ts'
import { restorePolicy, type WatchRecord } from '../../src/core/record/record.ts'
import { compare } from '../../src/core/record/replay.ts'
import { replayWatch } from '../../src/core/record/replay-watch.ts'
import type { RunFacts } from '../../src/core/run/run-facts.ts'
import { foldVerdict, type VerdictFacts } from '../../src/core/verdict/verdict.ts'
import { aCard, cardComment, runId } from '../builders/card.ts'
import { afk, anEdit, anIssue, labelled, lock, ready } from '../builders/issue.ts'
import { anOverview } from '../builders/observation.ts'
import { aPolicy, thePolicy } from '../builders/policy.ts'
import { aCheck, aHead, aPushedRun, now } from '../builders/run.ts'
import { aThread } from '../builders/thread.ts'
import { seconds, sha, t0 } from '../builders/time.ts'

const usual: Partial<RepoPolicy> = { agentLogins: ['agent'], ciSettleSeconds: 0 }
const anInFlight = (changes: Partial<IssueFacts> = {}) =>
  anIssue({
    labels: [ready, lock],
    labelEvents: [labelled(ready), labelled(lock, { actor: afk, at: t0 + seconds(91) })],
    comments: [cardComment(aCard())],
    ...changes,
  })

const test = aCheck({ name: 'test', conclusion: 'failure' })
const lint = aCheck({ name: 'lint', conclusion: 'success' })

/** A watcher's record of one run that pushed and whose checks are these. */
function aRecord(
  checks: readonly Check[] | null,
  policy: Partial<RepoPolicy> = {},
  more: { readonly rollout?: RolloutFacts; readonly issue?: IssueFacts; readonly facts?: Partial<RunFacts> } = {},
): WatchRecord {
  const own = aPolicy({ ...usual, ...policy })
  const issue = more.issue ?? anInFlight()
  const overview = anOverview(issue.repo, [issue])
  const identified = identifyRun(issue, { policy: own, self: afk, threadExists: () => true, pollerResumes: true })
  const checked: VerdictFacts = {
    head: sha('a'),
    checks: { sha: sha('a'), checks: checks ?? [], attempt: 1 },
    later: null,
    policy: own,
    headSeenAt: t0 + seconds(800),
    now,
    rerun: null,
    rollout: more.rollout ?? { kind: 'none' },
    descendants: [sha('a')],
  }
  const facts: RunFacts =
    checks === null
      ? { ...aPushedRun(foldVerdict(checked), { issue, policy: own }), head: null, verdict: null, ...more.facts }
      : { ...aPushedRun(foldVerdict(checked), { issue, policy: own, head: aHead() }), ...more.facts }
  const recorder = createRecorder('2026-11-21T03:00:00.000Z', '1.0.0', thePolicy({ ...usual, ...policy }))
  recorder.found(
    {
      found: [{ issue, overview, allowlisted: true, identified }],
      overviews: [overview],
      threads: [],
      nameless: [],
      gone: [],
    },
    afk,
  )
  recorder.checked(checked)
  recorder.decided(facts, decideRun(facts, afk))
  const record = recorder.record()
  if (record?.program !== 'watcher') throw new Error('no record')
  return JSON.parse(JSON.stringify(record)) as WatchRecord
}

/** What becomes of it under another policy: `name (code)`, or what is missing. */
function under(record: WatchRecord, policy: Partial<RepoPolicy>): string {
  const recorded = restorePolicy(record.policy, thePolicy())
  const [replayed] = replayWatch(record, { recorded, now: thePolicy({ ...recorded.repo(''), ...policy }) })
  if (replayed === undefined) throw new Error('the run is gone')
  const { now: then } = replayed
  if (then.kind !== 'decided') return then.kind === 'unknown' ? `unknown: ${then.missing.join(', ')}` : then.kind
  return `${compare(replayed)}: ${then.decided.decision} (${then.decided.codes.join(', ')})`
}

describe('a run that was red', () => {
  const record = aRecord([test, lint])

  it.each([
    [{}, 'same: fix-forward (red)'],
    [{ model: 'another', notifyDone: false, instructions: 'Be quick.' }, 'same: fix-forward (red)'],
    [{ budgetUsd: 0.01, usdPerMillionTokens: 6 }, 'same: fix-forward (red)'],
    [{ fixForward: { maxAttempts: 0, maxSeconds: 1, stagnationThreshold: 3 } }, 'differs: freeze (budget)'],
    [{ requiredChecks: ['lint'] }, 'differs: land (green)'],
    [{ requiredChecks: ['lint', 'deploy'] }, 'differs: wait (ci-pending)'],
    [{ ci: 'none' }, 'differs: land (green)'],
    [{ rollout: { kind: 'githubDeployment', environment: 'live' } }, 'same: fix-forward (red)'],
    [
      { requiredChecks: ['lint'], rollout: { kind: 'githubDeployment', environment: 'live' } },
      'unknown: its checks or its rollout, as the other configuration asks for them',
    ],
    [{ protectedPaths: [] }, 'unknown: the paths that it changes (protectedPaths)'],
    [{ agentLogins: [] }, 'unknown: what it would have looked at (agentLogins)'],
    [{ trustedActors: ['ada'] }, 'same: fix-forward (red)'],
    [{ labels: { ready: 'go', inProgress: lock, human: 'h' } }, 'unknown: the events of other labels'],
    [{ ofTheFuture: true }, 'unknown: what it would have looked at (ofTheFuture)'],
  ] as const)('under %j: %s', (policy, said) => {
    expect(under(record, policy as unknown as Partial<RepoPolicy>)).toBe(said)
  })

  it('with an edit after the label rests on who is trusted', () => {
    const edited = aRecord([test], {}, { issue: anInFlight({ edits: [anEdit({ at: t0 + seconds(100) })] }) })
    expect(under(edited, { trustedActors: ['ada'] })).toBe('unknown: whose commits and edits count (trustedActors)')
  })
})

describe('a run that was green', () => {
  it('is judged by a rollout that was read, and not by another', () => {
    const live = { kind: 'githubDeployment', environment: 'live' } as const
    const rollout: RolloutFacts = { kind: 'deployment', environment: 'live', sha: sha('a'), state: 'success' }
    const record = aRecord([lint], { rollout: live }, { rollout })
    expect(under(record, {})).toBe('same: land (green)')
    expect(under(record, { rollout: { kind: 'none' } })).toBe('same: land (green)')
    expect(under(record, { rollout: { ...live, environment: 'test' } })).toMatch(/^unknown: its checks or its rollout/)
  })

  it('does not say what CI would have been where nobody looked', () => {
    const record = aRecord([], { ci: 'none' })
    expect(under(record, {})).toBe('same: land (green)')
    expect(under(record, { ci: 'checks' })).toMatch(/^unknown: its checks/)
  })
})

describe('a failure of the infrastructure alone', () => {
  it('is not taken for one that nobody ran again', () => {
    const cancelled = aCheck({ name: 'e2e', conclusion: 'cancelled' })
    expect(under(aRecord([cancelled]), {})).toBe('same: rerun-ci (infrastructure)')
    expect(under(aRecord([test, cancelled]), { requiredChecks: ['e2e'] })).toMatch(/^unknown: its checks/)
  })
})

describe('a run without a push', () => {
  it('is judged by the limits of the other configuration', () => {
    const working = { thread: aThread({ state: 'working', lastSignAt: now }) }
    const record = aRecord(null, {}, { facts: working })
    expect(under(record, {})).toBe('same: wait (busy)')
    expect(under(record, { maxRunSeconds: 60 })).toBe('differs: escalate (time)')
    expect(under(record, { requiredChecks: ['x'], protectedPaths: [] })).toBe('same: wait (busy)')
  })
})

describe('an issue that was left alone', () => {
  it('is left alone for the same reason, and a run that was not looked at is not made up', () => {
    const recorder = createRecorder('2026-11-21T03:00:00.000Z', '1.0.0', thePolicy(usual))
    const never = anIssue({ number: 7, labels: [lock], labelEvents: [] })
    const cut = anInFlight()
    const found = [never, cut].map((issue) => ({
      issue,
      overview: anOverview(issue.repo, [never, cut]),
      allowlisted: true,
      identified: identifyRun(issue, {
        policy: aPolicy(usual),
        self: afk,
        threadExists: () => false,
        pollerResumes: true,
      }),
    }))
    recorder.found({ found, overviews: [], threads: [], nameless: [], gone: [] }, afk)
    const record = JSON.parse(JSON.stringify(recorder.record())) as WatchRecord
    const recorded = restorePolicy(record.policy, thePolicy())
    const replayed = replayWatch(record, { recorded, now: recorded })
    expect(replayed.map(compare)).toEqual(['same', 'undecided'])
    expect(replayed[0]?.was).toMatchObject({ decision: 'wait', codes: ['lock-without-run'], run: null })
    expect(found[1]?.identified).toMatchObject({ kind: 'run', runId })
  })
})
