import { describe, expect, it } from 'vitest'
import { settledHead } from '../../src/core/run/settled-head.ts'
import { aCard } from '../builders/card.ts'
import { sha } from '../builders/time.ts'

/** Which heads need no second look. */

const runId = 'run-1'
const plain = (name: string) => ({ sha: sha(name), message: 'Work of others' })
const own = (name: string) => ({ sha: sha(name), message: `Work\n\nAFK-Run: ${runId}` })
const withHead = (name: string, pathsClear = true) => aCard({ runId, head: { sha: sha(name), seenAt: 0, pathsClear } })
const guarded = { allowProtectedPaths: false, protectedPaths: ['.github/**'] }

describe('settledHead', () => {
  it('is nothing, and settled, where neither card nor branch tell of one', () => {
    expect(settledHead([plain('a')], runId, aCard({ runId }), guarded)).toBe(-1)
    expect(settledHead([plain('a')], runId, null, guarded)).toBe(-1)
    expect(settledHead([], runId, null, guarded)).toBe(-1)
  })

  it('is where the head of the card stands, with others on top or not', () => {
    expect(settledHead([own('a'), plain('b')], runId, withHead('a'), guarded)).toBe(0)
    expect(settledHead([plain('c'), plain('b'), own('a')], runId, withHead('a'), guarded)).toBe(2)
  })

  it.each([
    ['a commit that the card does not know', [own('a')], aCard({ runId })],
    ['a commit without a card', [own('a')], null],
    ['a newer commit than the card’s', [own('b'), own('a')], withHead('a')],
    ['a head that is gone', [plain('b')], withHead('a')],
    ['a head that lost its trailer', [plain('a')], withHead('a')],
    ['paths that are not judged', [own('a')], withHead('a', false)],
  ])('is not settled: %s', (_, commits, card) => {
    expect(settledHead(commits, runId, card, guarded)).toBeNull()
  })

  it('has no paths to judge where all are allowed, or none is protected', () => {
    for (const policy of [
      { ...guarded, allowProtectedPaths: true },
      { ...guarded, protectedPaths: [] },
    ]) {
      expect(settledHead([own('a')], runId, withHead('a', false), policy)).toBe(0)
    }
  })
})
