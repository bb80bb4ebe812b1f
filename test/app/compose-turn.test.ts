import { describe, expect, it } from 'vitest'
import { poll } from '../../src/app/poll.ts'
import { watch } from '../../src/app/watch.ts'
import { apiErrorThenLands, neverFixes, pushesAfterNudge } from '../sandbox/t3/agents.ts'
import { createBench, readyIssue, type Bench } from './bench.ts'

/** SPEC 5.3 and 6.5: whose words reach the agent, and which text each kind of turn carries. */

const repo = 'acme/shop'
let bench: Bench
let number: number

const start = async () => {
  await poll(bench.tick())
  await bench.pass(60)
}
const turns = () =>
  (bench.world.t3.shell() as { threads: { id: string }[] }).threads.flatMap(({ id }) =>
    bench.world.t3.messages(id).flatMap(({ role, text }) => (role === 'user' ? [text] : [])),
  )
const watched = async () => {
  const tick = bench.tick()
  await watch(tick)
  await bench.pass(60)
  return tick
}

describe('the first prompt', () => {
  it('has the comments of trusted people, and of nobody else', async () => {
    bench = await createBench()
    number = await readyIssue(bench)
    const { people } = bench.world
    people.setPermission(repo, 'leaver', 'admin')
    for (const login of ['mona', 'wendy', 'tri', 'stranger', 'helper[bot]', 'afk', 'afk-agent', 'leaver'])
      people.comment(repo, number, `COMMENT BY ${login}.`, login)
    const changed = people.comment(repo, number, 'COMMENT BY ada.', 'ada')
    people.editComment(repo, changed.id, 'COMMENT CHANGED BY tri.', 'tri')
    people.deleteAccount('leaver')
    await start()
    const [prompt = ''] = turns()
    const found = [...prompt.matchAll(/COMMENT (?:CHANGED )?BY ([\w-]+(?:\[bot\])?)\./g)].map(([, login]) => login)
    expect(found).toEqual(['mona', 'wendy'])
  })

  it('has the notes that the repo keeps for agents, and none where there are none', async () => {
    bench = await createBench()
    bench.world.people.push(repo, {
      author: 'ada',
      message: 'Notes',
      files: { '.github/afk.md': 'NOTES OF THE REPO' },
      ci: bench.world.ci['green'] ?? null,
    })
    number = await readyIssue(bench)
    await start()
    expect(turns()[0]).toContain('NOTES OF THE REPO')
  })

  it('has how an earlier run of the issue ended', async () => {
    bench = await createBench({
      settings: 'agentLogins: [afk-agent]\nciSettleSeconds: 0\nfixForward: { maxAttempts: 1 }\n',
    })
    bench.world.t3.setAgent(neverFixes(bench.world.crew))
    number = await readyIssue(bench)
    await start()
    await watched()
    await watched()
    expect(bench.cards(repo, number)).toMatchObject([{ outcome: { kind: 'frozen', reason: 'budget' } }])
    const [first] = bench.cards(repo, number)
    bench.world.people.label(repo, number, 'ready-for-agent', 'mona')
    await bench.pass(120)
    await start()
    const prompt = turns().find((text) => text.includes('frozen') && text.includes('AFK-RESULT')) ?? ''
    expect(prompt).toContain(`-${first?.runId.slice(0, 8)}`)
    expect(prompt).toMatch(/\btest\b/)
    expect(prompt).toMatch(/# Already failing[^]*\btest\b/)
  })

  it('has what the head of an earlier run left red, though that run was stopped before it had seen it', async () => {
    bench = await createBench()
    bench.world.t3.setAgent(neverFixes(bench.world.crew))
    number = await readyIssue(bench)
    await start()
    const again = async () => {
      bench.world.people.unlabel(repo, number, 'ready-for-agent', 'mona')
      await watched()
      bench.world.people.label(repo, number, 'ready-for-agent', 'mona')
      await bench.pass(120)
      await start()
      const { runId } = bench.cards(repo, number).at(-1) ?? { runId: '' }
      return turns().find((text) => text.includes(`AFK-Run: ${runId}`)) ?? ''
    }
    const prompt = await again()
    expect(bench.cards(repo, number)[0]).toMatchObject({ outcome: { kind: 'cancelled' }, reds: [] })
    expect(prompt).toMatch(/# Already failing[^]*\btest\b/)
    // Somebody else has mended it since: then nothing is failing already.
    bench.world.people.push(repo, {
      author: 'ada',
      message: 'Mended',
      files: { 'src/x.ts': 'x' },
      ci: bench.world.ci['green'] ?? null,
    })
    const last = await again()
    expect(last).toContain('# Earlier runs of this issue')
    expect(last).not.toContain('# Already failing')
    expect(bench.cards(repo, number)).toHaveLength(3)
  })
})

describe('later turns', () => {
  it('a nudge, for an agent that ended without a push and without a report', async () => {
    bench = await createBench()
    bench.world.t3.setAgent(pushesAfterNudge(bench.world.crew))
    number = await readyIssue(bench)
    await start()
    const tick = await watched()
    expect(tick.effects()).toContain('turn.start done')
    expect(turns()).toHaveLength(2)
    expect(turns()[1]).toContain('AFK-RESULT')
    expect(turns()[1]).not.toContain('As talked about.')
    await watched()
    expect(bench.issue(repo, number).state).toBe('closed')
  })

  it('a continuation, after the model’s API had failed', async () => {
    bench = await createBench({ settings: 'agentLogins: [afk-agent]\nciSettleSeconds: 0\nretryBackoffSeconds: 1\n' })
    bench.world.t3.setAgent(apiErrorThenLands(bench.world.crew))
    number = await readyIssue(bench)
    await start()
    await watched()
    expect(turns()).toHaveLength(2)
    expect(bench.cards(repo, number)[0]?.turns.map(({ purpose }) => purpose)).toEqual(['start', 'continue'])
    await watched()
    expect(bench.issue(repo, number).state).toBe('closed')
  })

  it('a correction that was recorded and never arrived is sent again with the same text and number', async () => {
    bench = await createBench()
    bench.world.t3.setAgent(neverFixes(bench.world.crew))
    number = await readyIssue(bench)
    await start()
    bench.executor.fail({ operation: 'startTurn', category: 'unavailable' })
    await watched()
    expect(turns()).toHaveLength(1)
    expect(bench.cards(repo, number)[0]?.turns).toHaveLength(2)
    bench.heal()
    await watched()
    expect(bench.cards(repo, number)[0]?.turns).toHaveLength(2)
    const correction = turns()[1] ?? ''
    expect(correction).toContain('AssertionError: expected 3 to be 4')
    expect(correction).toMatch(/1 of 5/)
  })
})
