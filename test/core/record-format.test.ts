import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { TickRecord } from '../../src/app/recorder.ts'
import { RECORD_FORMAT, restorePolicy } from '../../src/core/record/record.ts'
import { compare } from '../../src/core/record/replay.ts'
import { replayPoll } from '../../src/core/record/replay-poll.ts'
import { replayWatch } from '../../src/core/record/replay-watch.ts'
import { thePolicy } from '../builders/policy.ts'
import { aPollRecord, aWatchRecord } from '../builders/record.ts'

/**
 * The form of decision records, written down. When a change makes these fail, ask first whether an older record still leads to its
 * decisions: the second test on the sample as committed. If not, `RECORD_FORMAT` needs the next number. Then `npx vitest run -u`.
 */
describe.each([
  ['poller', aPollRecord],
  ['watcher', aWatchRecord],
] as const)('the record of a %s', (program, build) => {
  const path = new URL(`../samples/records/${program}.json`, import.meta.url)
  const sample = JSON.parse(readFileSync(path, 'utf8')) as TickRecord

  it('of an earlier build is decided the same', () => {
    expect(sample).toMatchObject({ format: RECORD_FORMAT, program })
    const recorded = restorePolicy(sample.policy, thePolicy())
    const policies = { recorded, now: recorded }
    const replayed = sample.program === 'poller' ? replayPoll(sample, policies) : replayWatch(sample, policies)
    expect(replayed.length).toBeGreaterThan(0)
    expect(replayed.map(compare).filter((one) => one !== 'same')).toEqual([])
  })

  it('looks like this', async () => {
    await expect(`${JSON.stringify(build(), null, 2)}\n`).toMatchFileSnapshot(path.pathname)
  })
})
