import { labelHistory } from '../../src/core/label-history.ts'
import type { Run } from '../../src/core/run/identify.ts'
import { nobodySaid } from '../../src/core/people/people.ts'
import type { Check, Commit } from '../../src/core/model.ts'
import type { RunFacts, RunHead } from '../../src/core/run/run-facts.ts'
import type { Verdict } from '../../src/core/verdict/verdict.ts'
import { aCard, runId } from './card.ts'
import { afk, anIssue, epochId, labelled, lock, ready } from './issue.ts'
import { aPolicy } from './policy.ts'
import { aThread } from './thread.ts'
import { seconds, sha, t0 } from './time.ts'

/** A quarter of an hour after the label: the agent works, locked, nothing is pushed. */
export const now = t0 + seconds(900)

export type RunChanges = Partial<Omit<RunFacts, 'run'>> & { readonly run?: Partial<Run> }

export function aRun({ run, ...changes }: RunChanges = {}): RunFacts {
  const policy = changes.policy ?? aPolicy()
  const issue =
    changes.issue ??
    anIssue({
      labels: [ready, lock],
      labelEvents: [labelled(ready), labelled(lock, { actor: afk, at: t0 + seconds(91) })],
    })
  const card = changes.card ?? aCard()
  return {
    run: { runId, epoch: epochId, epochAt: t0, card, cardState: 'present', lock: { kind: 'on' }, ...run },
    issue,
    history: labelHistory(issue, policy.labels),
    policy,
    now: { tracker: now, executor: now },
    allowlisted: true,
    card,
    thread: aThread(),
    head: null,
    verdict: null,
    baseBranch: 'main',
    headRemoved: false,
    editedBy: null,
    closedBy: null,
    landing: { kind: 'push' },
    reviewer: null,
    people: nobodySaid,
    canRing: true,
    threadLink: null,
    ...changes,
  }
}

/** The run has pushed, its turn is over, and CI says this. */
export function aPushedRun(verdict: Verdict, changes: RunChanges = {}): RunFacts {
  return aRun({ thread: aThread({ state: 'finished' }), head: aHead(), verdict, ...changes })
}

export function aHead(changes: Partial<RunHead> = {}): RunHead {
  return { commit: aCommit(), seenAt: t0 + seconds(800), revertedBy: null, protectedPaths: [], ...changes }
}

export function aCommit(changes: Partial<Commit> = {}): Commit {
  const name = changes.sha ?? sha('a')
  return {
    sha: name,
    message: `Right the prices\n\nRefs #42\n\nAFK-Run: ${runId}`,
    author: { login: 'agent', kind: 'user' },
    parents: [],
    url: `https://github.example/acme/shop/commit/${name}`,
    ...changes,
  }
}

export const green: Verdict = { kind: 'green', judged: sha('a'), notes: [] }

export function pending(changes: Partial<Extract<Verdict, { kind: 'pending' }>> = {}): Verdict {
  return { kind: 'pending', stage: 'ci', why: 'running', waitingFor: ['test'], ...changes }
}

export type Red = Extract<Verdict, { kind: 'red' }>

export function red(changes: Partial<Red> = {}): Red {
  return {
    kind: 'red',
    stage: 'ci',
    failing: ['test'],
    failingChecks: [aCheck()],
    infrastructureOnly: false,
    superseded: false,
    rerunDone: false,
    signature: 'one',
    judged: sha('a'),
    ...changes,
  }
}

export function aCheck(changes: Partial<Check> = {}): Check {
  return {
    name: 'test',
    kind: 'check-run',
    conclusion: 'failure',
    url: 'https://github.example/acme/shop/actions/runs/7/job/8',
    workflowRun: 7,
    job: 8,
    ...changes,
  }
}
