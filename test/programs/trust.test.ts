import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addApp } from '../sandbox/github/state/apps.ts'
import { hangs } from './agents.ts'
import type { Ran } from './run-program.ts'
import { createStage, decisionOn, expectCode, verdictOn, type Stage } from './stage.ts'

/** SPEC 5.1: whose label starts an agent, in one tick over many repos. Each row is a repo of its own, so that none holds another. */

interface Row {
  readonly name: string
  readonly what: string
  /** What people do to the one issue of the repo, `mona`'s label included. */
  readonly happens: (stage: Stage, repo: string) => number
  /** `dispatch`, or the code that must be among those of the skip. */
  readonly comes: string
}

const relabel = (stage: Stage, repo: string, number: number, by: string) => {
  stage.world.people.unlabel(repo, number, 'ready-for-agent', by)
  stage.world.people.label(repo, number, 'ready-for-agent', by)
}
const labelledBy = (by: string) => (stage: Stage, repo: string) => stage.ready(repo, { by })
const thenRelabelledBy = (by: string) => (stage: Stage, repo: string) => {
  const number = stage.ready(repo)
  relabel(stage, repo, number, by)
  return number
}
const thenEdited =
  (change: { title?: string; body?: string }, ...by: readonly string[]) =>
  (stage: Stage, repo: string) => {
    const number = stage.ready(repo)
    for (const [index, login] of by.entries()) {
      const text = Object.entries(change).map(([field, value]) => [field, `${value} ${index}`])
      stage.world.people.edit(repo, number, Object.fromEntries(text), login)
    }
    return number
  }
const withBody = (body: (first: number) => string, state: 'open' | 'closed') => (stage: Stage, repo: string) => {
  const { people } = stage.world
  const first = people.open(repo, { title: 'The other one', author: 'ada' }).number
  if (state === 'closed') people.close(repo, first, 'ada', 'not_planned')
  return stage.ready(repo, { body: body(first) })
}

const rows: readonly Row[] = [
  { name: 'maintainer', what: 'a maintainer labels', happens: labelledBy('mona'), comes: 'dispatch' },
  { name: 'writer', what: 'a writer labels', happens: labelledBy('wendy'), comes: 'dispatch' },
  { name: 'reader', what: 'a reader labels', happens: labelledBy('rea'), comes: 'untrusted-labeller' },
  { name: 'triager', what: 'a triager labels', happens: labelledBy('tri'), comes: 'untrusted-labeller' },
  { name: 'stranger', what: 'a stranger labels', happens: labelledBy('stranger'), comes: 'untrusted-labeller' },
  { name: 'bot', what: 'a bot labels', happens: labelledBy('helper[bot]'), comes: 'untrusted-labeller' },
  { name: 'agent', what: 'an agent labels', happens: labelledBy('afk-agent'), comes: 'untrusted-labeller' },
  { name: 'self', what: 'afk itself labels', happens: labelledBy('afk'), comes: 'untrusted-labeller' },
  {
    name: 'app',
    what: 'an app labels in the name of a maintainer',
    happens: (stage, repo) => {
      addApp(stage.world.github, { slug: 'some-app', owner: 'acme' })
      const { number } = stage.world.people.open(repo, { title: 'By an app', author: 'ada' })
      stage.world.people.label(repo, number, 'ready-for-agent', 'mona', 'some-app')
      return number
    },
    comes: 'untrusted-labeller',
  },
  {
    name: 'ghost',
    what: 'whoever labelled has deleted the account',
    happens: (stage, repo) => {
      stage.world.people.setPermission(repo, 'leaver', 'admin')
      const number = stage.ready(repo, { by: 'leaver' })
      stage.world.people.deleteAccount('leaver')
      return number
    },
    comes: 'untrusted-labeller',
  },
  { name: 're-tri', what: 'a triager labels again', happens: thenRelabelledBy('tri'), comes: 'untrusted-labeller' },
  {
    name: 're-str',
    what: 'a stranger labels again',
    happens: thenRelabelledBy('stranger'),
    comes: 'untrusted-labeller',
  },
  {
    name: 're-mona',
    what: 'a maintainer labels again what a stranger had labelled',
    happens: (stage, repo) => {
      const number = stage.ready(repo, { by: 'stranger' })
      relabel(stage, repo, number, 'mona')
      return number
    },
    comes: 'dispatch',
  },
  {
    name: 'ed-body',
    what: 'a stranger changes the text',
    happens: thenEdited({ body: 'x' }, 'stranger'),
    comes: 'edited-after-label',
  },
  {
    name: 'ed-title',
    what: 'a triager changes the title',
    happens: thenEdited({ title: 'x' }, 'tri'),
    comes: 'edited-after-label',
  },
  {
    name: 'ed-agent',
    what: 'an agent changes the text',
    happens: thenEdited({ body: 'x' }, 'afk-agent'),
    comes: 'edited-after-label',
  },
  {
    name: 'ed-under',
    what: 'a maintainer changes the text after a stranger did',
    happens: thenEdited({ body: 'x' }, 'stranger', 'mona'),
    comes: 'edited-after-label',
  },
  {
    name: 'ed-mona',
    what: 'a maintainer changes text and title',
    happens: thenEdited({ body: 'x', title: 'y' }, 'mona'),
    comes: 'dispatch',
  },
  {
    name: 'bl-open',
    what: 'its text names an open blocker',
    happens: withBody((first) => `Do it.\n\nBLOCKED BY: #${first}.`, 'open'),
    comes: 'blocked',
  },
  {
    name: 'bl-shut',
    what: 'its text names a closed blocker, and an open one in code and in a hidden comment only',
    happens: (stage, repo) => {
      const { people } = stage.world
      const open = people.open(repo, { title: 'Open', author: 'ada' }).number
      const shut = people.open(repo, { title: 'Shut', author: 'ada' }).number
      people.close(repo, shut, 'ada', 'not_planned')
      const body = `Blocked by #${shut}\n\n\`\`\`\nBlocked by #${open}\n\`\`\`\n<!-- blocked by #${open} -->\nSee #${open}.`
      return stage.ready(repo, { body })
    },
    comes: 'dispatch',
  },
  {
    name: 'bl-far',
    what: 'its text names a blocker that nobody can read',
    happens: (stage, repo) => stage.ready(repo, { body: 'Blocked by other/secret#7' }),
    comes: 'blocked',
  },
  {
    name: 'bl-dep',
    what: "GitHub's own dependencies name an open blocker",
    happens: (stage, repo) => {
      const first = stage.world.people.open(repo, { title: 'The other one', author: 'ada' }).number
      const number = stage.ready(repo)
      stage.world.people.addBlocker(repo, number, { number: first }, 'mona')
      return number
    },
    comes: 'blocked',
  },
  {
    name: 'hu-new',
    what: 'the human label came after',
    happens: (stage, repo) => {
      const number = stage.ready(repo)
      stage.world.people.label(repo, number, 'ready-for-human', 'tri')
      return number
    },
    comes: 'human-label',
  },
  {
    name: 'moved',
    what: 'the repo has another name now',
    happens: (stage, repo) => {
      const number = stage.ready(repo)
      stage.world.people.rename(repo, 'acme/elsewhere')
      return number
    },
    comes: 'repo-moved',
  },
  {
    name: 'red',
    what: 'the default branch is red',
    happens: (stage, repo) => {
      const ci = stage.world.ci['red'] ?? null
      stage.world.people.push(repo, { author: 'ada', message: 'Break it', files: { a: 'b' }, ci })
      return stage.ready(repo)
    },
    comes: 'base-red',
  },
]

let stage: Stage
let ran: Ran
const numbers = new Map<string, number>()

beforeAll(async () => {
  stage = await createStage({
    repos: [...rows.map(({ name }) => `acme/${name}`), 'acme/pull'],
    agent: () => hangs(),
    env: { AFK_MAX_DISPATCH_PER_TICK: '40', AFK_MAX_CONCURRENT_RUNS: '40' },
  })
  for (const { name, happens } of rows) numbers.set(name, happens(stage, `acme/${name}`))
  const pull = stage.world.people.open('acme/pull', { title: 'A change', author: 'ada', isPullRequest: true })
  stage.world.people.label('acme/pull', pull.number, 'ready-for-agent', 'mona')
  await stage.pass(120)
  ran = await stage.poll()
})
afterAll(() => stage.close())

const numberOf = (name: string): number => {
  const number = numbers.get(name)
  if (number === undefined) throw new Error(`no issue was made for ${name}`)
  return number
}

describe('the poller decides on every labelled issue once', () => {
  it('with exit code 0', () => expectCode(ran, 0))

  it.each(rows)('$what: $comes', ({ name, comes }) => {
    const repo = `acme/${name}`
    const number = numberOf(name)
    const line = decisionOn(ran, repo, number)
    const threads = stage.threads().filter(({ title }) => title.startsWith(`${repo}#`))
    if (comes === 'dispatch') {
      expect(verdictOn(ran, repo, number)).toBe('dispatch')
      expect(threads).toHaveLength(1)
      expect(stage.labels(repo, number)).toContain('agent-in-progress')
      return
    }
    expect(line['decision']).toBe('skip')
    expect(line['codes']).toContain(comes)
    expect((line['facts'] as { [code: string]: { unblock: string } })[comes]?.unblock).toMatch(/\S/)
    expect(threads).toEqual([])
    expect(stage.labels(repo, number)).not.toContain('agent-in-progress')
    expect(stage.cards(repo, number)).toEqual([])
  })

  it('never on a pull request', () => {
    expect(ran.lines.filter((line) => line['repo'] === 'acme/pull')).toEqual([])
    expect(ran.lines.filter(({ event }) => event === 'decision')).toHaveLength(rows.length)
  })

  it('and the same again in the next tick, without touching what runs', async () => {
    const before = stage.t3.requests.filter(({ commandType }) => commandType !== null).length
    const again = await stage.poll()
    expectCode(again, 0)
    for (const { name, comes } of rows) {
      const verdict = verdictOn(again, `acme/${name}`, numberOf(name))
      expect(verdict).toContain(comes === 'dispatch' ? 'in-progress' : comes)
    }
    expect(stage.t3.requests.filter(({ commandType }) => commandType !== null)).toHaveLength(before)
  })
})

describe('trust is a matter of configuration', () => {
  it('a bot that is named is trusted, also when an app acts through it', async () => {
    const more = { AFK_TRUSTED_ACTORS: 'helper[bot],stranger', AFK_ALLOWLIST: 'acme/bot acme/stranger acme/reader' }
    const again = await stage.poll(more)
    expectCode(again, 0)
    expect(verdictOn(again, 'acme/bot', numberOf('bot'))).toBe('dispatch')
    expect(verdictOn(again, 'acme/stranger', numberOf('stranger'))).toBe('dispatch')
    expect(verdictOn(again, 'acme/reader', numberOf('reader'))).toContain('untrusted-labeller')
  })
})
