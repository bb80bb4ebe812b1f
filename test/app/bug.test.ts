import { beforeAll, describe, expect, it } from 'vitest'
import { recordFailure } from '../../src/app/bug.ts'
import { PortError } from '../../src/ports/errors.ts'
import { createBench, type Bench } from './bench.ts'

/** SPEC 12: a fault of afk's own is told by its kind and place; its words may hold text that afk was working on. */

let bench: Bench
beforeAll(async () => {
  bench = await createBench()
})
const recorded = (thrown: unknown) => {
  const tick = bench.tick()
  const category = recordFailure(thrown, 'run', tick, { repo: 'acme/shop', number: 1 })
  const [line] = tick.lines
  return { category, line, code: tick.failures.exitCode() }
}
const thrownWith = (message: string): Error => new TypeError(message)

describe('what one item threw', () => {
  it('a port’s failure is told by its category', () => {
    const { category, line, code } = recorded(new PortError('ci', 'logs', 'contract', 'no JSON'))
    expect([category, code]).toEqual(['contract', 1])
    expect(line).toMatchObject({ event: 'error', what: 'run', category: 'contract', repo: 'acme/shop', issue: 1 })
  })

  it.each([
    ['of one line', thrownWith('MARK')],
    ['of lines that look like places', thrownWith('x\n    at MARK (MARK:1:1)\n    at MARK')],
    ['without a word', thrownWith('')],
  ])('a bug’s message %s is never told, its places are', (_what, error) => {
    const { category, line, code } = recorded(error)
    expect([category, code]).toEqual(['bug', 1])
    expect(line).toMatchObject({ event: 'error', what: 'run', category: 'bug', name: 'TypeError', repo: 'acme/shop' })
    expect(JSON.stringify(line?.['stack'])).toContain('bug.test.ts:')
    expect(JSON.stringify(line)).not.toContain('MARK')
  })

  it('a message that was changed leaves no way to tell it from the places: none are told', () => {
    const error = Object.assign(new TypeError('now'), { stack: 'TypeError: then\n    at MARK (MARK:1:1)' })
    const { line } = recorded(error)
    expect(line?.['stack']).toEqual([])
  })

  it.each(['a text MARK', { MARK: 1 }, undefined, null])(
    'what is thrown and is no error (%j) is told by its type',
    (thrown) => {
      const { line, code } = recorded(thrown)
      expect(line).toMatchObject({ category: 'bug', name: typeof thrown, stack: [] })
      expect(JSON.stringify(line)).not.toContain('MARK')
      expect(code).toBe(1)
    },
  )
})
