import type { RunStatus } from '../app/status.ts'
import type { Gates } from '../config/gates.ts'
import type { Facts } from '../core/dispatch/eligibility.ts'
import { explainOutcome } from '../core/explain/explain.ts'
import { mergeWaits } from '../core/explain/explain-waits.ts'

/**
 * What a run waits for, or what the next watcher tick does about it, in a few words. With shut gates no tick does anything: then it is
 * the gate that is waited for.
 */
export function waitsFor(
  { next, thread }: Pick<RunStatus, 'next' | 'thread'>,
  { open, killSwitch }: Pick<Gates, 'open' | 'killSwitch'>,
): string {
  const { decision, code, facts } = next
  if (decision === 'wait') return waitWords(code, facts, thread)
  const action = actionWords(decision, code)
  if (open) return `next tick: ${action}`
  return `${killSwitch ? 'the kill switch' : 'the allowlist, which is empty'}; then: ${action}`
}

function actionWords(decision: string, code: string): string {
  if (decision === 'freeze' || decision === 'escalate') {
    const outcome = decision === 'freeze' ? 'frozen' : 'escalated'
    return `${decision}, ${explainOutcome({ kind: outcome, reason: code }).title}`
  }
  if (decision === 'cancel') return `cancel, ${explainOutcome({ kind: 'cancelled', reason: code }).title}`
  if (decision === 'finish') return `finishes its end (${code})`
  return actions[decision] ?? decision
}

const actions: { readonly [decision: string]: string } = {
  adopt: 'puts its lock and card in order',
  land: 'lands',
  'fix-forward': 'sends a corrective turn',
  'rerun-ci': 'runs the failed jobs again',
  retry: 'repeats the turn that failed',
  resend: 'sends again a turn that never arrived',
  nudge: 'reminds the agent to finish',
  'ring-waiting': 'rings: the agent asks something in T3',
  ask: 'asks people what the agent wants to know',
  answer: 'gives the answer of a person to the agent',
  review: 'has a second agent review it',
  reviewed: 'takes note of the review',
  findings: 'sends what the review found to the agent',
  'resolve-findings': 'resolves what was answered in the review',
  'ask-approval': 'asks for a yes',
  'record-approval': 'takes note of a yes or no',
  'ring-ready': 'rings: a person merges',
  merge: 'merges it',
  'allow-deployment': 'allows the deployment',
}

function waitWords(code: string, facts: Facts, thread: RunStatus['thread']): string {
  const list = (name: string) => (Array.isArray(facts[name]) ? facts[name].join(', ') : '')
  switch (code) {
    case 'busy':
      return thread === 'starting' ? 'the agent to begin' : 'the agent'
    case 'waiting':
      return 'an answer of a person in T3'
    case 'ci-pending':
      return `${facts['stage'] === 'rollout' ? 'the rollout' : 'CI'}${list('waitingFor') === '' ? '' : `: ${list('waitingFor')}`}`
    case 'backoff':
      return `the time before retry ${Number(facts['retries'] ?? 0) + 1}`
    case 'report-not-visible':
      return 'the reported commit to show up'
    case 'thread-absent':
      return 'its thread, which T3 does not show'
    case 'dispatching':
      return 'the poller to finish its dispatch'
    case 'lock-without-run':
      return 'a person: locked, and no run is known'
    case 'card-newer':
      return 'a newer version of afk: its card is from one'
    case 'card-broken':
      return 'a person: the marker of its card is damaged (delete that comment)'
    default:
      return isMergeWait(code) ? mergeWaits[code].title : code
  }
}

function isMergeWait(code: string): code is keyof typeof mergeWaits {
  return Object.hasOwn(mergeWaits, code)
}
