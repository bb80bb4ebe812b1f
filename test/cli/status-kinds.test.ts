import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hangs } from '../programs/agents.ts'
import { createStage, type Stage } from '../programs/stage.ts'
import { runDesk } from './run-desk.ts'

interface Shown {
  readonly repo: string
  readonly phase: string
  readonly waitsFor: string
  readonly ageSeconds: number | null
  readonly next: { readonly code: string }
}

let stage: Stage
const status = () => runDesk(['status', '--json'], stage.env)

/** Runs that are none, or of which not everything can be known: one a repo. */
beforeAll(async () => {
  stage = await createStage({
    repos: ['acme/half', 'acme/locked', 'acme/newer', 'acme/broken', 'acme/dark'],
    agent: () => hangs(),
  })
  const { people } = stage.world
  const { number } = people.open('acme/locked', { title: 'Locked by hand', body: '', author: 'ada' })
  people.label('acme/locked', number, 'agent-in-progress', 'ada')
  for (const repo of ['acme/half', 'acme/newer', 'acme/broken', 'acme/dark']) stage.ready(repo)
  await stage.pass(120)
  // The dispatch in `half` dies after its turn.
  stage.github.faults.add({ match: { method: 'POST', pathRegex: /acme\/half\/.*comments$/ }, kind: '422' })
  await stage.poll({ AFK_MAX_DISPATCH_PER_TICK: '9' })
  stage.github.faults.clear()
  const card = (repo: string) => {
    const comment = stage.issue(repo, 1).comments[0]
    if (comment === undefined) throw new Error(`${repo} has no card`)
    return comment
  }
  people.editComment('acme/newer', card('acme/newer').id, card('acme/newer').body.replace('afk:v1', 'afk:v99'), 'afk')
  people.editComment('acme/broken', card('acme/broken').id, card('acme/broken').body.replace('{', '{{'), 'afk')
  await stage.pass(60)
}, 60_000)
afterAll(() => stage.close())

describe('afk status of what is no run like others', () => {
  it('says of each what it is', async () => {
    const dark = stage.cards('acme/dark', 1)[0]?.runId ?? ''
    stage.t3.faults.add({ match: { path: `/api/orchestration/threads/${dark}` }, kind: 'html' })
    const said = await status()
    stage.t3.faults.clear()
    expect(said.code).toBe(1)
    const { runs, errors } = said.json()
    const shown = runs.map((run: Shown) => [run.repo, run.phase, run.next.code, run.waitsFor, run.ageSeconds])
    expect(shown).toEqual([
      [
        'acme/broken',
        'unknown',
        'card-broken',
        'a person: the marker of its card is damaged (delete that comment)',
        null,
      ],
      ['acme/dark', 'worktree', 'failed-contract', 'failed-contract', null],
      ['acme/half', 'unknown', 'dispatching', 'the poller to finish its dispatch', null],
      ['acme/locked', 'unknown', 'lock-without-run', 'a person: locked, and no run is known', null],
      ['acme/newer', 'unknown', 'card-newer', 'a newer version of afk: its card is from one', null],
    ])
    expect(errors).toEqual([expect.objectContaining({ what: 'run', repo: 'acme/dark', category: 'contract' })])
    const text = await runDesk(['status'], stage.env)
    expect(text.out).toMatch(/^acme\/half#1 +unknown +- +- +- +the poller to finish its dispatch$/m)
  })
})
