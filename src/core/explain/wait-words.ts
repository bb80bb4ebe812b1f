import type { Facts } from '../dispatch/eligibility.ts'
import { mergeWaits } from './explain-waits.ts'
import type { ThreadState } from '../model.ts'

/** What a run waits for, in a few words, by the code and the facts of a `wait`. Names of checks in it are as CI gives them. */
export function waitWords(code: string, facts: Facts, thread: ThreadState | null): string {
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
