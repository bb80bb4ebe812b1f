import { describe, expect, it } from 'vitest'
import { unsignedCommits } from '../../src/core/run/unsigned.ts'
import { runId } from '../builders/card.ts'
import { aCommit } from '../builders/run.ts'
import { sha } from '../builders/time.ts'

const commit = (letter: string, login: string | null, message = 'Work') =>
  aCommit({ sha: sha(letter), message, author: login === null ? null : { login, kind: 'user' } })
const between = (base: string | null) =>
  unsignedCommits(
    [
      commit('f', 'agent'),
      commit('e', 'agent', `Signed\n\nAFK-Run: ${runId}`),
      commit('d', 'agent', 'For another\n\nafk-run: 1'),
      commit('c', 'maria'),
      commit('b', null),
      commit('a', 'agent'),
      commit('0', 'agent'),
      commit('1', 'agent'),
    ],
    base,
    (author) => author?.login === 'agent',
  ).map((one) => one.sha)

describe('unsignedCommits (SPEC 6.3, protected paths)', () => {
  it('are those of agents since the base that name no run', () => {
    expect(between(sha('0'))).toEqual([sha('f'), sha('a')])
  })

  it('are none where the base is not known, or not among what was read', () => {
    expect(between(null)).toEqual([])
    expect(between(sha('9'))).toEqual([])
  })
})
