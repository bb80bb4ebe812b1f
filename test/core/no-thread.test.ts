import { expect, it } from 'vitest'
import { noThread } from '../../src/core/run/no-thread.ts'

it.each(['absent', 'unknown'] as const)('a thread that is %s holds nothing', (state) => {
  expect(noThread('x', state)).toMatchObject({
    id: 'x',
    state,
    lastSignAt: null,
    tokens: 0,
    messages: [],
    report: null,
  })
})
