import { describe, expect, it } from 'vitest'
import { createReporter, type Line } from '../../src/app/report.ts'
import { createFailures } from '../../src/app/tick.ts'
import { PortError } from '../../src/ports/errors.ts'

/** SPEC 12: names that whoever reads the log relies on. A change here is a change of the interface. */

const issue = { repo: 'acme/shop', number: 42 }
const error = new PortError('ci', 'logs', 'contract', 'github logs of acme/shop: no JSON', { status: 200 })

function reporter() {
  const lines: Line[] = []
  return { lines, report: createReporter('watcher', '2026-11-21T03:40:00.000Z', (line) => lines.push(line)) }
}

describe('lines', () => {
  it('a decision', () => {
    const { lines, report } = reporter()
    report.decision({ issue, run: 'r', decision: 'fix-forward', codes: ['red'], facts: { head: 'abc' } })
    expect(JSON.stringify(lines[0])).toBe(
      '{"event":"decision","program":"watcher","tick":"2026-11-21T03:40:00.000Z","repo":"acme/shop","issue":42,"run":"r","decision":"fix-forward","codes":["red"],"facts":{"head":"abc"}}',
    )
    report.decision({ issue, decision: 'skip', codes: [], facts: {} })
    expect(lines[1]).not.toHaveProperty('run')
  })

  it('an effect, with what it failed of', () => {
    const { lines, report } = reporter()
    report.effect({ issue, run: 'r', effect: 'turn.start', result: 'failed', error })
    expect(JSON.stringify(lines[0])).toBe(
      '{"event":"effect","program":"watcher","tick":"2026-11-21T03:40:00.000Z","repo":"acme/shop","issue":42,"run":"r","effect":"turn.start","result":"failed","category":"contract","port":"ci","operation":"logs","message":"github logs of acme/shop: no JSON"}',
    )
    report.effect({ issue: null, effect: 'thread.archive', result: 'refused', why: 'deadline' })
    expect(lines[1]).toEqual({
      event: 'effect',
      program: 'watcher',
      tick: '2026-11-21T03:40:00.000Z',
      effect: 'thread.archive',
      result: 'refused',
      why: 'deadline',
    })
  })

  it('an error, a note and the summary', () => {
    const { lines, report } = reporter()
    report.error('look', error, issue)
    report.error('observe', error)
    report.note('orphan', { thread: 't' })
    report.summary({ outcome: 'partial', ms: 12 })
    expect(lines.map(({ program: _p, tick: _t, ...line }) => line)).toEqual([
      {
        event: 'error',
        repo: 'acme/shop',
        issue: 42,
        what: 'look',
        category: 'contract',
        port: 'ci',
        operation: 'logs',
        message: 'github logs of acme/shop: no JSON',
        remedy: expect.stringContaining('AFK_GITHUB_API_URL'),
      },
      {
        event: 'error',
        what: 'observe',
        category: 'contract',
        port: 'ci',
        operation: 'logs',
        message: 'github logs of acme/shop: no JSON',
        remedy: expect.stringContaining('AFK_GITHUB_API_URL'),
      },
      { event: 'orphan', thread: 't' },
      { event: 'summary', outcome: 'partial', ms: 12 },
    ])
  })

  it('a warning, once for what says the same, and never counted', () => {
    const { lines, report } = reporter()
    report.warn(error)
    report.warn(new PortError('ci', 'logs', 'contract', error.message))
    report.warn(new PortError('notifier', 'reactions', 'forbidden', 'another'))
    expect(lines.map(({ program: _p, tick: _t, ...line }) => line)).toEqual([
      {
        event: 'warning',
        category: 'contract',
        port: 'ci',
        operation: 'logs',
        message: 'github logs of acme/shop: no JSON',
      },
      { event: 'warning', category: 'forbidden', port: 'notifier', operation: 'reactions', message: 'another' },
    ])
    expect(report.counts()).toEqual({})
  })

  it('counts decisions by name, effects by result, and errors', () => {
    const { report } = reporter()
    report.decision({ issue, decision: 'skip', codes: [], facts: {} })
    report.decision({ issue, decision: 'skip', codes: [], facts: {} })
    report.effect({ issue, effect: 'label.add', result: 'done' })
    report.error('look', error)
    expect(report.counts()).toEqual({ skip: 2, 'effects.done': 1, errors: 1 })
  })
})

describe('the exit code (SPEC 10)', () => {
  const failing = (category: PortError['category'], port: PortError['port'] = 'tracker') =>
    new PortError(port, 'x', category, 'x')

  it('0 for nothing, 1 for an item or a bug, 3 for a dependency; the worst stands', () => {
    expect(createFailures().exitCode()).toBe(0)
    const items = createFailures()
    items.item(failing('contract'))
    items.bug()
    expect(items.exitCode()).toBe(1)
    items.dependency(failing('unavailable', 'executor'))
    items.item(failing('conflict'))
    items.bug()
    expect(items.exitCode()).toBe(3)
    const bug = createFailures()
    bug.bug()
    expect(bug.exitCode()).toBe(1)
  })

  it('auth and rate of an item stop its port; tracker and CI are one service', () => {
    const failures = createFailures()
    failures.item(failing('rate', 'ci'))
    expect([failures.stopped('tracker'), failures.stopped('ci'), failures.stopped('executor')]).toEqual([
      'rate',
      'rate',
      null,
    ])
    expect(failures.exitCode()).toBe(3)
    const unavailable = createFailures()
    unavailable.dependency(failing('unavailable', 'executor'))
    expect(unavailable.stopped('executor')).toBeNull()
  })
})
