import { describe, expect, it } from 'vitest'
import type { RunStatus } from '../../src/app/status.ts'
import { effectWords } from '../../src/cli/effect-words.ts'
import { waitsFor } from '../../src/cli/waits-for.ts'
import type { Effect } from '../../src/core/effects.ts'
import { explainOutcome } from '../../src/core/explain/explain.ts'
import { aCard } from '../builders/card.ts'

type Next = RunStatus['next']
const armed = { open: true, killSwitch: false }
const next = (decision: string, code: string, facts: Next['facts'] = {}): Next => ({ decision, code, facts })

describe('what a run waits for', () => {
  it.each<[Next, string]>([
    [next('wait', 'busy'), 'the agent'],
    [next('wait', 'waiting'), 'an answer of a person in T3'],
    [next('wait', 'ci-pending', { stage: 'ci', waitingFor: ['lint', 'test'] }), 'CI: lint, test'],
    [next('wait', 'ci-pending', { stage: 'ci', waitingFor: [] }), 'CI'],
    [next('wait', 'ci-pending', { stage: 'rollout', waitingFor: ['web'] }), 'the rollout: web'],
    [next('wait', 'backoff', { retries: 1 }), 'the time before retry 2'],
    [next('wait', 'report-not-visible'), 'the reported commit to show up'],
    [next('wait', 'thread-absent'), 'its thread, which T3 does not show'],
    [next('wait', 'executor-unreachable'), 'T3 to answer'],
    [next('wait', 'dispatching'), 'the poller to finish its dispatch'],
    [next('wait', 'lock-without-run'), 'a person: locked, and no run is known'],
    [next('wait', 'card-newer'), 'a newer version of afk: its card is from one'],
    [next('wait', 'card-broken'), 'a person: the marker of its card is damaged (delete that comment)'],
    [next('wait', 'failed-forbidden'), 'failed-forbidden'],
    [next('wait', 'question'), 'an answer of a person on the issue'],
    [next('wait', 'approval-merge'), "a person's yes to merge"],
    [next('wait', 'approval-deploy'), "a person's yes to deploy"],
    [next('wait', 'reviewing'), 'the agent that reviews it'],
    [next('wait', 'review-required'), 'a person, at the pull request (review-required)'],
    [next('wait', 'driven-by-person'), 'the agent, driven by a person in T3'],
    // No name of an object's own prototype is a code.
    [next('wait', 'toString'), 'toString'],
    [next('merge', 'merge'), 'next tick: merges it'],
    [next('ask', 'question'), 'next tick: asks people what the agent wants to know'],
    [next('land', 'green'), 'next tick: lands'],
    [next('fix-forward', 'red'), 'next tick: sends a corrective turn'],
    [next('ring-waiting', 'waiting'), 'next tick: rings: the agent asks something in T3'],
    [next('finish', 'landed'), 'next tick: finishes its end (landed)'],
    [next('freeze', 'stagnant'), `next tick: freeze, ${explainOutcome({ kind: 'frozen', reason: 'stagnant' }).title}`],
    [next('escalate', 'time'), `next tick: escalate, ${explainOutcome({ kind: 'escalated', reason: 'time' }).title}`],
    [
      next('cancel', 'issue-closed'),
      `next tick: cancel, ${explainOutcome({ kind: 'cancelled', reason: 'issue-closed' }).title}`,
    ],
    [next('juggle', 'x'), 'next tick: juggle'],
  ])('%o', (decided, words) => {
    expect(waitsFor({ next: decided, thread: 'working' }, armed)).toBe(words)
  })

  it('promises no tick that will not come', () => {
    const of = (decided: Next, gates: Parameters<typeof waitsFor>[1]) =>
      waitsFor({ next: decided, thread: 'working' }, gates)
    const off = { open: false, killSwitch: true }
    expect(of(next('land', 'green'), off)).toBe('the kill switch; then: lands')
    expect(of(next('finish', 'landed'), off)).toBe('the kill switch; then: finishes its end (landed)')
    expect(of(next('land', 'green'), { open: false, killSwitch: false })).toBe(
      'the allowlist, which is empty; then: lands',
    )
    // An agent at work goes on whatever the gates say.
    expect(of(next('wait', 'busy'), off)).toBe('the agent')
  })

  it('tells an agent that has not begun from one at work', () => {
    expect(waitsFor({ next: next('wait', 'busy'), thread: 'starting' }, armed)).toBe('the agent to begin')
  })
})

const landed = { kind: 'landed', reason: 'green', detail: '', at: 0, untold: false } as const

describe('an effect in words', () => {
  it.each<[Effect, string, string]>([
    [{ kind: 'turn.interrupt', runId: 'r', attempt: 1 }, 'T3 thread r', 'ends the running turn'],
    [{ kind: 'thread.archive', threadId: 't', commandId: 'c' }, 'T3 thread t', 'puts it away'],
    [{ kind: 'card.write', card: aCard({ outcome: landed }) }, 'a/b#1', 'card: landed (green)'],
    [{ kind: 'label.remove', label: 'x' }, 'a/b#1', 'x'],
    [{ kind: 'issue.close' }, 'a/b#1', 'as completed'],
    [{ kind: 'comment.say', on: 7, tag: 't', body: '12345' }, '#7', 'says so in a comment, once (5 characters)'],
    [{ kind: 'comment.react', comment: 9, reaction: '+1' }, 'comment 9', 'a reaction as receipt: +1'],
    [
      { kind: 'review.resolve', pull: 7, thread: 'PRRT', body: 'x' },
      'pull request 7',
      'resolves a conversation that was answered',
    ],
    [
      { kind: 'review.reply', pull: 7, thread: 'PRRT', tag: 't', body: '12345' },
      'pull request 7',
      'says so in a conversation, once (5 characters)',
    ],
    [
      {
        kind: 'pull.merge',
        number: 7,
        head: '0123456789',
        method: 'squash',
        title: '',
        message: '',
        ifRefused: [],
        ifConflict: [],
      },
      'pull request 7',
      'squash at 01234567',
    ],
    [
      { kind: 'deployment.allow', workflowRun: 5, environments: [1], comment: '', ifRefused: [] },
      'workflow run 5',
      'lets its deployment go on',
    ],
    [{ kind: 'issue.reopen' }, 'a/b#1', 'it was closed before it was verified'],
    [
      { kind: 'ci.rerun', workflowRuns: [1, 2], sha: '0123456789', ifRefused: [] },
      'commit 01234567',
      'failed jobs of workflow runs 1, 2',
    ],
    [
      {
        kind: 'doorbell.ring',
        cause: 'end',
        message: {
          kind: 'frozen',
          headline: 'It\u001B[31m froze\nhere',
          repo: 'a/b',
          issue: 1,
          paragraphs: [],
          buttons: [],
          mention: true,
        },
      },
      'Slack',
      'frozen: It[31m froze here',
    ],
  ])('%o', (effect, target, detail) => {
    expect(effectWords(effect, 'a/b#1')).toEqual({ effect: effect.kind, target, detail })
  })
})
