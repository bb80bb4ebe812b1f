import { describe, expect, it } from 'vitest'
import { createReporter, type Line, type Reporter } from '../../src/app/report.ts'
import { remembering, tellStory } from '../../src/app/story.ts'
import { PortError } from '../../src/ports/errors.ts'
import type { JournalEntry } from '../../src/ports/journal.ts'

type Decision = Parameters<Reporter['decision']>[0]
const issue = { repo: 'acme/shop', number: 7 }

function storyOf(...decisions: readonly Omit<Decision, 'issue' | 'run'>[]) {
  const lines: Line[] = []
  const { report, story } = remembering(createReporter('watcher', 'now', (line) => lines.push(line)))
  for (const decision of decisions) report.decision({ issue, run: 'r1', ...decision })
  return { story: story(), lines, counts: report.counts() }
}

describe('the story of a tick', () => {
  it.each([
    [{ decision: 'dispatch', codes: [], facts: {} }, 'Normal Dispatched: dispatched acme/shop#7 (run r1)'],
    [{ decision: 'land', codes: ['green'], facts: {} }, 'Normal Landed: landed acme/shop#7 (run r1): green'],
    [
      { decision: 'cancel', codes: ['unlabelled'], facts: {} },
      'Normal Cancelled: cancelled acme/shop#7 (run r1): unlabelled',
    ],
    [
      { decision: 'escalate', codes: ['no-push'], facts: {} },
      'Warning Escalated: escalated acme/shop#7 (run r1): no-push',
    ],
    [{ decision: 'freeze', codes: ['stagnant'], facts: {} }, 'Warning Frozen: frozen acme/shop#7 (run r1): stagnant'],
    [
      { decision: 'finish', codes: ['landed'], facts: { reason: 'green' } },
      'Normal Landed: landed acme/shop#7 (run r1): green',
    ],
    [
      { decision: 'finish', codes: ['frozen'], facts: { reason: 'budget' } },
      'Warning Frozen: frozen acme/shop#7 (run r1): budget',
    ],
  ] as const)('%j', (decision, told) => {
    const { story } = storyOf(decision)
    expect(story.map(({ type, reason, message }) => `${type} ${reason}: ${message}`)).toEqual([told])
  })

  it.each([
    { decision: 'wait', codes: ['pending'], facts: {} },
    { decision: 'skip', codes: ['blocked'], facts: {} },
    { decision: 'fix-forward', codes: ['red'], facts: {} },
    { decision: 'land', codes: ['green', 'failed-unavailable'], facts: {} },
    { decision: 'escalate', codes: ['no-push', 'held-back'], facts: {} },
    { decision: 'finish', codes: ['landed', 'failed-rate'], facts: { reason: 'green' } },
    { decision: 'finish', codes: ['toString'], facts: { reason: 'green' } },
  ])('nothing of $decision $codes', (decision) => {
    expect(storyOf(decision).story).toEqual([])
  })

  it('changes nothing of what is reported and counted', () => {
    const { lines, counts } = storyOf({ decision: 'land', codes: ['green'], facts: { checks: 3 } })
    expect(lines).toEqual([
      {
        event: 'decision',
        program: 'watcher',
        tick: 'now',
        repo: 'acme/shop',
        issue: 7,
        run: 'r1',
        decision: 'land',
        codes: ['green'],
        facts: { checks: 3 },
      },
    ])
    expect(counts).toEqual({ land: 1 })
  })
})

describe('telling it', () => {
  const entries: readonly JournalEntry[] = [
    { reason: 'Landed', message: 'one', type: 'Normal' },
    { reason: 'Landed', message: 'two', type: 'Normal' },
  ]
  const tell = async (record: (entry: JournalEntry) => Promise<void>) => {
    const lines: Line[] = []
    await tellStory(
      entries,
      { record },
      createReporter('watcher', 'now', (line) => lines.push(line)),
    )
    return lines
  }

  it('in order', async () => {
    const told: string[] = []
    const lines = await tell(async ({ message }) => void told.push(message))
    expect(told).toEqual(['one', 'two'])
    expect(lines).toEqual([])
  })

  it('a failure is one warning, no error, and the end of the story', async () => {
    let asked = 0
    const lines = await tell(async () => {
      asked += 1
      throw new PortError('journal', 'record', 'forbidden', 'Event on CronJob afk/afk-watcher: not allowed')
    })
    expect(asked).toBe(1)
    expect(lines).toMatchObject([{ event: 'warning', port: 'journal', category: 'forbidden', operation: 'record' }])
  })

  it('a bug is not taken for the weather', async () => {
    await expect(tell(() => Promise.reject(new TypeError('bug')))).rejects.toThrow(TypeError)
  })
})
