import { describe, expect, it } from 'vitest'
import { findHead, names } from '../../src/core/run/find-head.ts'
import type { Actor, Commit } from '../../src/core/model.ts'
import { runId } from '../builders/card.ts'
import { aCommit } from '../builders/run.ts'
import { sha } from '../builders/time.ts'

const agent: Actor = { login: 'agent', kind: 'user' }
const byAgent = (author: Actor | null) => author?.login === agent.login

/** Newest first; without parents of its own each stands on the next. */
function find(commits: readonly Commit[], reported: readonly string[] = []) {
  const linked = commits.map((commit, index) =>
    commit.parents.length > 0
      ? commit
      : { ...commit, parents: commits.slice(index + 1, index + 2).map((next) => next.sha) },
  )
  return findHead(linked, runId, { believes: byAgent, isAgent: byAgent, reported })
}

const mine = (letter: string, changes: Partial<Commit> = {}) => aCommit({ sha: sha(letter), ...changes })
const theirs = (letter: string, changes: Partial<Commit> = {}) =>
  aCommit({ sha: sha(letter), message: 'Theirs', author: { login: 'maria', kind: 'user' }, ...changes })

describe('findHead (SPEC 6.1, head)', () => {
  it('is the newest commit with the trailer of the run', () => {
    const found = find([theirs('1'), mine('a'), theirs('2'), mine('b')])
    expect(found?.head.sha).toBe(sha('a'))
    expect(found?.own.map((commit) => commit.sha)).toEqual([sha('a'), sha('b')])
    expect(found).toMatchObject({ later: [{ sha: sha('1') }], pushedOnTop: [], revertedBy: null })
  })

  it.each<[string, Commit]>([
    ['no trailer', mine('a', { message: 'AFK-Run: soon' })],
    ["another run's trailer", mine('a', { message: 'x\n\nAFK-Run: 00000000-0000-5000-8000-000000000000' })],
    ['a trailer in the middle of a line', mine('a', { message: `x AFK-Run: ${runId}` })],
    ['an author that is not believed', mine('a', { author: { login: 'maria', kind: 'user' } })],
    ['no author', mine('a', { author: null })],
  ])('is not a commit with %s', (_, commit) => {
    expect(find([commit])).toBeNull()
  })

  it('believes a stranger when the thread itself named the commit, short or long', () => {
    const strange = mine('a', { author: null })
    expect(find([strange], [sha('a')])?.head).toMatchObject({ sha: sha('a') })
    expect(find([strange], [sha('A').slice(0, 7)])?.head).toMatchObject({ sha: sha('a') })
    expect(find([strange], [sha('a').slice(0, 6)])).toBeNull()
    expect(find([theirs('a')], [sha('a')])).toBeNull()
  })

  it('reads the trailer of a message with Windows line ends', () => {
    expect(find([mine('a', { message: `x\r\n\r\nafk-run: ${runId}\r\n` })])).not.toBeNull()
  })

  it.each(['AFK-Run:', 'afk-run : ', 'AFK-RUN:\t'])(
    'reads the trailer after %j, among others and wherever it stands',
    (key) => {
      const message = `x\n\nCo-authored-by: a <a@b.c>\n${key}${runId}\nRefs: #7\n\n* another commit of a squash`
      expect(find([mine('a', { message })])).not.toBeNull()
    },
  )

  it('names what the run pushed on top without its trailer', () => {
    const found = find(
      [theirs('3'), theirs('2', { author: null }), mine('1', { message: 'Merge' }), mine('a')],
      [sha('2')],
    )
    expect(found?.later.map((commit) => commit.sha)).toEqual([sha('1'), sha('2'), sha('3')])
    expect(found?.pushedOnTop).toEqual([sha('1'), sha('2')])
  })

  it('counts as later only what contains the head: a branch merged after it may not', () => {
    const merge = theirs('m', { parents: [sha('a'), sha('f')] })
    const aside = theirs('f', { parents: [sha('0')] })
    const found = find([merge, aside, mine('a', { parents: [sha('0')] }), theirs('0')])
    expect(found?.later.map((commit) => commit.sha)).toEqual([sha('m')])
  })

  it('follows parents in whatever order the dates put the commits', () => {
    // Both stand on the head, the child is listed under its parent, and the tip joins them.
    const commits = [
      theirs('t', { parents: [sha('c')] }),
      theirs('p', { parents: [sha('a')] }),
      theirs('c', { parents: [sha('p')] }),
      mine('a', { parents: [sha('0')] }),
    ]
    expect(find(commits)?.later.map((commit) => commit.sha)).toEqual([sha('c'), sha('p'), sha('t')])
  })
})

describe('revertedBy (SPEC 6.3)', () => {
  const reverted = (message: string) => find([theirs('1', { message }), mine('a'), mine('b')])?.revertedBy ?? null

  it.each([
    `Revert "Right the prices"\n\nThis reverts commit ${sha('a')}.`,
    `This reverts commit ${sha('a').slice(0, 9)}, reversing changes made to 1234567.`,
    `Back out\n\nThis reverts commit ${sha('c')}.\nThis reverts commit ${sha('A')}.`,
  ])('is told by %j', (message) => {
    expect(reverted(message)).toBe(sha('1'))
  })

  it.each([`This reverts commit ${sha('c')}.`, `This reverts commit aaa.`, 'Revert "Right the prices"', ''])(
    'is not told by %j',
    (message) => {
      expect(reverted(message)).toBeNull()
    },
  )

  it('is not the run itself taking an earlier commit back: that is going forward', () => {
    const found = find([mine('c', { message: `This reverts commit ${sha('a')}.\n\nAFK-Run: ${runId}` }), mine('a')])
    expect(found).toMatchObject({ head: { sha: sha('c') }, revertedBy: null })
  })
})

describe('names', () => {
  it('takes seven characters or more, in any case', () => {
    expect([
      names('AAAAAAA', sha('a')),
      names('aaaaaa', sha('a')),
      names(sha('b'), sha('a')),
      names('', sha('a')),
    ]).toEqual([true, false, false, false])
  })
})
