import { describe, expect, it } from 'vitest'
import { sayForPeople } from '../../src/say-for-people.ts'

/** SPEC 12: on a terminal the log is said for people, a row a line. */

const base = { program: 'poller', tick: '2026-11-21T03:40:00.000Z' }

describe('a line for a terminal', () => {
  it.each([
    [
      { ...base, event: 'decision', repo: 'acme/shop', issue: 42, decision: 'skip', codes: ['blocked', 'base-red'] },
      'poller  decision acme/shop#42 skip codes=blocked,base-red\n',
    ],
    [
      { ...base, event: 'effect', repo: 'acme/shop', issue: 42, effect: 'label.add', result: 'done', run: undefined },
      'poller  effect   acme/shop#42 label.add done\n',
    ],
    [
      { ...base, event: 'error', repo: 'acme/none', what: 'overview', category: 'not-found' },
      'poller  error    acme/none what=overview category=not-found\n',
    ],
    [
      { ...base, event: 'summary', outcome: 'ok', counts: {}, points: { used: 4, remaining: null }, ms: 12 },
      'poller  summary  ok points={used=4 remaining=-} ms=12\n',
    ],
    [
      { ...base, event: 'record', record: { format: 1, program: 'poller', decisions: [] } },
      'poller  record   record=only where the output is no terminal, and in AFK_RECORD_DIR\n',
    ],
  ])('%#', (line, said) => {
    expect(sayForPeople(line)).toBe(said)
  })
})
