import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addApp } from '../../sandbox/github/state/apps.ts'
import { addRepo } from '../../sandbox/github/state/repos.ts'
import type { Rig } from './rig.ts'
import { failureOf, labels, shop, startRig } from './rig.ts'

let rig: Rig
beforeEach(async () => {
  rig = await startRig()
})
afterEach(() => rig.stop())

describe('people', () => {
  it('knows who it is', async () => {
    expect(await rig.hub.tracker.self()).toEqual({ login: 'afk', kind: 'user' })
  })

  it.each([
    ['ada', 'admin', 'admin'],
    ['mona', 'write', 'maintain'],
    ['wendy', 'write', 'write'],
    ['tri', 'read', 'triage'],
    ['rea', 'read', 'read'],
  ])('tells the permission of %s: %s as %s', async (login, permission, role) => {
    expect(await rig.hub.tracker.permission(shop, login)).toEqual({ permission, role })
  })

  it('tells the name of a custom role', async () => {
    rig.people.setPermission(shop, 'rea', 'write', 'deployer')
    expect(await rig.hub.tracker.permission(shop, 'rea')).toMatchObject({ role: 'deployer' })
  })

  it('has no standing for an unknown login, in a hidden repo, and where it is forbidden to ask', async () => {
    addRepo(rig.state, 'acme/secret', { private: true })
    expect(await rig.hub.tracker.permission(shop, 'nobody-at-all')).toBeNull()
    expect(await rig.hub.tracker.permission('acme/secret', 'ada')).toBeNull()
    rig.server.faults.add({ match: {}, kind: '403' })
    expect(await rig.hub.tracker.permission(shop, 'ada')).toBeNull()
  })

  it('does not take a limit for a missing standing', async () => {
    rig.server.faults.add({ match: {}, kind: '403-rate' })
    expect((await failureOf(rig.hub.tracker.permission(shop, 'ada'))).category).toBe('rate')
  })

  it('names the app behind a label event, beyond the first page of events too', async () => {
    addApp(rig.state, { slug: 'helper', owner: 'acme' })
    rig.people.open(shop, { title: 't', author: 'mona' })
    const plain = rig.people.label(shop, 1, labels.ready, 'mona')
    for (let turn = 1; turn <= 60; turn += 1) {
      rig.people.label(shop, 1, 'bug', 'mona')
      rig.people.unlabel(shop, 1, 'bug', 'mona')
    }
    const app = rig.people.label(shop, 1, labels.human, 'mona', 'helper')
    expect(await rig.hub.tracker.labelledVia(shop, 1, plain?.nodeId ?? '')).toBeNull()
    expect(rig.taken()).toHaveLength(1)
    expect(await rig.hub.tracker.labelledVia(shop, 1, app?.nodeId ?? '')).toBe('helper')
    expect(rig.taken()).toHaveLength(2)
    expect((await failureOf(rig.hub.tracker.labelledVia(shop, 1, 'LE_none'))).category).toBe('not-found')
  })
})

describe('file', () => {
  it('has the text on the default branch, null for what is not there, and cuts at 64 KiB', async () => {
    const big = 'é'.repeat(40_000)
    const files = { '.github/afk.md': 'be kind\n', 'docs/a b#c?.md': 'odd', 'big.md': big }
    rig.people.push(shop, { author: 'wendy', message: 'm', files })
    expect(await rig.hub.tracker.file(shop, '.github/afk.md')).toBe('be kind\n')
    expect(await rig.hub.tracker.file(shop, 'docs/a b#c?.md')).toBe('odd')
    expect(await rig.hub.tracker.file(shop, 'big.md')).toBe('é'.repeat(32_768))
    expect(await rig.hub.tracker.file(shop, 'nope.md')).toBeNull()
    expect(await rig.hub.tracker.file(shop, 'docs')).toBeNull()
  })
})

describe('time and cost', () => {
  it("has GitHub's clock and the smaller share of its two limits", async () => {
    const { tracker, meter } = rig.hub
    expect([tracker.now(), tracker.remaining(), tracker.resetsAt(), meter.remaining]).toEqual([null, null, null, null])
    await tracker.self()
    expect(tracker.now()).toBe(rig.state.clock.now())
    expect(tracker.remaining()).toBeCloseTo(4999 / 5000)
    expect(tracker.resetsAt()).toBe(rig.state.clock.now() + 3_600_000)
    rig.pass(90_000)
    await Promise.all(['ada', 'mona', 'wendy', 'tri', 'rea'].map((login) => tracker.permission(shop, login)))
    expect(tracker.now()).toBe(rig.state.clock.now())
    expect(tracker.remaining()).toBeCloseTo(4995 / 5000)
    // Of the limit that is scarcer by now: another window, which began later.
    expect(tracker.resetsAt()).toBe(rig.state.clock.now() + 3_600_000)
    expect(meter).toMatchObject({ requests: 6, points: 1, remaining: 0.999 })
  })
})
