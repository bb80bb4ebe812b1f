import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { addRepo, requireRepo } from '../../sandbox/github/state/repos.ts'
import { requireIssue } from '../../sandbox/github/state/issues.ts'
import type { Rig } from './rig.ts'
import { connect, failureOf, labels, shop, startRig } from './rig.ts'

let rig: Rig
beforeEach(async () => {
  rig = await startRig()
  rig.people.open(shop, { title: 't', author: 'mona' })
  addRepo(rig.state, 'acme/secret', { private: true })
})
afterEach(() => rig.stop())

const ref = { repo: shop, number: 1 }
const hidden = { repo: 'acme/secret', number: 1 }
const issue = () => requireIssue(requireRepo(rig.state, shop), 1)
const labelNames = () => issue().labels.map(({ name }) => name)

describe('comments', () => {
  it('posts, edits and deletes', async () => {
    const { tracker } = rig.hub
    const id = await tracker.comment(ref, 'one')
    expect(issue().comments).toMatchObject([{ id, body: 'one', author: 'afk' }])
    await tracker.editComment(ref, id, 'two')
    expect(issue().comments).toMatchObject([{ id, body: 'two' }])
    await tracker.deleteComment(ref, id)
    expect(issue().comments).toEqual([])
  })

  it('takes the deletion of one that is gone for done, and of one that it cannot see for not found', async () => {
    await rig.hub.tracker.deleteComment(ref, 4711)
    expect((await failureOf(rig.hub.tracker.deleteComment(hidden, 4711))).category).toBe('not-found')
  })

  it('cannot edit one that is gone', async () => {
    expect((await failureOf(rig.hub.tracker.editComment(ref, 4711, 'x'))).category).toBe('not-found')
  })

  it('are writes like labels and closings: one a second at most, of all of them, and no read waits for any', async () => {
    let now = 0
    const begun: number[] = []
    const due: { at: number; wake: () => void }[] = []
    const clock = {
      now: () => now,
      sleep: (ms: number) => new Promise<void>((wake) => void due.push({ at: now + ms, wake })),
    }
    rig.server.faults.add({
      match: ({ method, path }) => {
        if (method !== 'GET' && path !== '/graphql') begun.push(now)
        return false
      },
      kind: '500',
    })
    const { tracker } = connect(rig.server.url, { clock })
    const writes = Promise.all([
      tracker.comment(ref, 'one'),
      tracker.addLabel(ref, labels.inProgress),
      tracker.comment(ref, 'two'),
      tracker.close(ref),
    ])
    await Promise.all([tracker.self(), tracker.permission(shop, 'ada'), tracker.overview([{ repo: shop, labels }])])
    await vi.waitFor(() => expect(begun).toEqual([0]))
    for (const second of [1, 2, 3]) {
      await vi.waitFor(() => expect(due.map(({ at }) => at)).toContain(second * 1000))
      now = second * 1000
      for (const { at, wake } of due) if (at === now) wake()
      await vi.waitFor(() => expect(begun).toHaveLength(second + 1))
    }
    await writes
    expect(begun).toEqual([0, 1000, 2000, 3000])
    expect(issue()).toMatchObject({ state: 'closed', comments: [{ body: 'one' }, { body: 'two' }] })
  })
})

describe('a comment whose turn comes after the end of the tick', () => {
  it('fails at once', async () => {
    const sleep = vi.fn<(ms: number) => Promise<void>>(async () => {})
    const { tracker } = connect(rig.server.url, { deadline: () => 500, clock: { now: () => 0, sleep } })
    const [first, second] = await Promise.allSettled([
      tracker.comment(ref, 'one'),
      failureOf(tracker.comment(ref, 'two')),
    ])
    expect(sleep).not.toHaveBeenCalled()
    expect(first.status).toBe('fulfilled')
    expect(second).toMatchObject({
      status: 'fulfilled',
      value: { category: 'unavailable', operation: 'comment', isTooLate: true },
    })
    expect(issue().comments).toHaveLength(1)
  })
})

describe('labels and state', () => {
  it('adds a label once and removes it once, in any letter case', async () => {
    const { tracker } = rig.hub
    await tracker.addLabel(ref, labels.inProgress)
    await tracker.addLabel(ref, labels.inProgress.toUpperCase())
    expect(labelNames()).toEqual([labels.inProgress])
    expect(issue().events).toHaveLength(1)
    await tracker.removeLabel(ref, labels.inProgress.toUpperCase())
    await tracker.removeLabel(ref, labels.inProgress)
    expect(labelNames()).toEqual([])
  })

  it('cannot remove a label from an issue that it cannot see', async () => {
    expect((await failureOf(rig.hub.tracker.removeLabel(hidden, 'x'))).category).toBe('not-found')
    expect((await failureOf(rig.hub.tracker.removeLabel({ repo: shop, number: 99 }, 'x'))).category).toBe('not-found')
  })

  it('removes a label with any character in it', async () => {
    rig.people.label(shop, 1, 'area/näme ?#', 'mona')
    await rig.hub.tracker.removeLabel(ref, 'area/näme ?#')
    expect(labelNames()).toEqual([])
  })

  it('closes as completed and reopens, each as often as asked', async () => {
    const { tracker } = rig.hub
    await tracker.close(ref)
    await tracker.close(ref)
    expect(issue()).toMatchObject({ state: 'closed', stateReason: 'completed' })
    await tracker.reopen(ref)
    await tracker.reopen(ref)
    expect(issue()).toMatchObject({ state: 'open' })
    expect(issue().events.map(({ detail }) => detail.event)).toEqual(['closed', 'reopened'])
  })
})

describe('a repo that moved', () => {
  it('is written to and read under its old name', async () => {
    rig.people.rename(shop, 'acme/store')
    const { tracker } = rig.hub
    const id = await tracker.comment(ref, 'one')
    await tracker.addLabel(ref, labels.inProgress)
    await tracker.editComment(ref, id, 'two')
    await tracker.close(ref)
    expect(issue()).toMatchObject({ state: 'closed', comments: [{ body: 'two' }] })
    expect(labelNames()).toEqual([labels.inProgress])
    expect(await tracker.permission(shop, 'ada')).toMatchObject({ role: 'admin' })
  })
})
