import { createRecorder, type TickRecord } from '../../src/app/recorder.ts'
import { decideRun } from '../../src/core/run/decide-run.ts'
import { identifyRun } from '../../src/core/run/identify.ts'
import { aCard, cardComment } from './card.ts'
import { afk, anIssue, labelled, lock, ready } from './issue.ts'
import { anObservation, anOverview, settle } from './observation.ts'
import { aPolicy, thePolicy } from './policy.ts'
import { aPushedRun, red } from './run.ts'
import { seconds, t0 } from './time.ts'

/** Three ready issues: one that starts, one behind it, one that is too young. */
export function aPollRecord(): TickRecord {
  const policy = thePolicy()
  const issues = [
    anIssue({ number: 1, labels: [ready, 'P1'] }),
    anIssue({ number: 2 }),
    anIssue({ repo: 'acme/web', number: 3, labelEvents: [labelled(ready, { at: t0 + seconds(580) })] }),
  ]
  const repos = ['acme/shop', 'acme/web'].map((repo) => anOverview(repo, issues))
  const { plan, observation } = settle(anObservation({ repos }), policy, { issues })
  const recorder = createRecorder('2026-11-21T03:00:00.000Z', '1.0.0', policy)
  recorder.poll(plan, observation)
  return required(recorder.record())
}

/** A run that pushed red, is locked, and gets its first corrective turn. */
export function aWatchRecord(): TickRecord {
  const policy = aPolicy({ agentLogins: ['agent'] })
  const issue = anIssue({
    labels: [ready, lock],
    labelEvents: [labelled(ready), labelled(lock, { actor: afk, at: t0 + seconds(91) })],
    comments: [cardComment(aCard())],
  })
  const overview = anOverview(issue.repo, [issue])
  const identified = identifyRun(issue, { policy, self: afk, threadExists: () => true, pollerResumes: true })
  const facts = aPushedRun(red(), { issue, policy })
  const recorder = createRecorder('2026-11-21T03:00:30.000Z', '1.0.0', thePolicy({ agentLogins: ['agent'] }))
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
  recorder.decided(facts, decideRun(facts, afk))
  return required(recorder.record())
}

function required(record: TickRecord | null): TickRecord {
  if (record === null) throw new Error('no record')
  return record
}
