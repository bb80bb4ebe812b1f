import { describe, expect, it } from 'vitest'
import { poll } from '../../src/app/poll.ts'
import { watch } from '../../src/app/watch.ts'
import type { Agent } from '../sandbox/t3/agent.ts'
import { addDeployment, addDeploymentStatus } from '../sandbox/github/state/deployments.ts'
import { requireRepo } from '../sandbox/github/state/repos.ts'
import { closesByCommit, landsAtOnce, neverFixes, touchesWorkflow } from '../sandbox/t3/agents.ts'
import { finish, hang, say, tokens, tool } from '../sandbox/t3/steps.ts'
import { PortError } from '../../src/ports/errors.ts'
import type { World } from '../sandbox/world.ts'
import { fakeRollout } from '../fakes/rollout.ts'
import { createBench, readyIssue, type Bench, type BenchTick } from './bench.ts'

/** SPEC 6.1, 6.3, 7: where the facts of a run come from, each seen in what is decided by it. */

const repo = 'acme/shop'
let bench: Bench
let number: number

/** A run of one issue whose agent was at work for a minute. */
async function running(agent: (world: World) => Agent, settings = 'agentLogins: [afk-agent]\nciSettleSeconds: 0\n') {
  bench = await createBench({ settings })
  bench.world.t3.setAgent(agent(bench.world))
  number = await readyIssue(bench)
  await poll(bench.tick())
  await bench.pass(60)
}
const lands = ({ crew }: World) => landsAtOnce(crew)
const works = () => ({ turn: () => [say('AFK-PHASE: worktree'), hang()] })
const runId = () => bench.cards(repo, number)[0]?.runId ?? ''
const head = () => bench.world.github && requireRepo(bench.world.github, repo).branches.get('main')
async function watched(ports: Parameters<Bench['tick']>[1] = {}): Promise<BenchTick> {
  const tick = bench.tick({}, ports)
  await watch(tick)
  return tick
}

/** What a tick decides about the issue: `decision code`. */
async function decided(ports: Parameters<Bench['tick']>[1] = {}): Promise<string> {
  const tick = await watched(ports)
  const [line, ...more] = tick.lines.filter(({ event }) => event === 'decision')
  if (line === undefined || more.length > 0) throw new Error(`expected one decision: ${JSON.stringify(tick.lines)}`)
  return [line['decision'], ...(line['codes'] as string[])].join(' ')
}
const commit = (author: string | null) =>
  bench.world.people.push(repo, {
    author,
    pusher: author ?? 'ada',
    message: `Work\n\nAFK-Run: ${runId()}`,
    files: { a: 'b' },
    ci: bench.world.ci['green'] ?? null,
  })

/** Pushes such commits at once, and reports the first of them. */
const reports =
  (message: (runId: string) => string, ...onTop: readonly ((runId: string) => string)[]) =>
  ({ people, ci }: World): Agent => ({
    turn: ({ threadId }) => {
      const push = { author: 'afk-agent', ci: ci['red'] ?? null }
      const sha = people.push(repo, { ...push, message: message(threadId) })
      for (const text of onTop) people.push(repo, { ...push, message: text(threadId) })
      return [say(`AFK-RESULT: pushed ${sha}`), finish()]
    },
  })
const signed = (id: string) => `Work\n\nAFK-Run: ${id}`
const unsigned = () => 'Work'

describe('a reported push', () => {
  it.each([
    ['the head', [signed], 'fix-forward red'],
    ['a commit of the run below its head', [signed, signed], 'fix-forward red'],
    ['a commit below the head that is not signed', [unsigned, signed], 'fix-forward red'],
    ['one that is not signed, alone', [unsigned], 'wait report-not-visible'],
  ] as const)('of %s', async (_what, [first, ...onTop], decision) => {
    await running(reports(first, ...onTop))
    expect(await decided()).toBe(decision)
  })

  it('that never counts is called what it is, to the agent and to people', async () => {
    await running(reports(unsigned))
    await decided()
    await bench.pass(900)
    expect(await decided()).toBe('nudge no-push')
    const texts = bench.world.t3.messages(runId()).flatMap(({ role, text }) => (role === 'user' ? [text] : []))
    expect(texts.at(-1)).toContain(`does not carry the trailer \`AFK-Run: ${runId()}\``)
    await bench.pass(900)
    await decided()
    await bench.pass(900)
    expect(await decided()).toBe('escalate no-push')
    const card = bench
      .issue(repo, number)
      .comments.map(({ body: text }) => text)
      .join('\n')
    expect(card).toContain('without the trailer of its run (AFK-Run)')
  })
})

describe('what a run costs', () => {
  it('is what all of its turns used, also those that its thread no longer shows (SPEC 4, contracts 6)', async () => {
    const busily = ({ people, ci }: World): Agent => ({
      turn: ({ threadId, turnNumber }) => {
        const message = `Work ${turnNumber}\n\nAFK-Run: ${threadId}`
        const sha = people.push(repo, { author: 'afk-agent', ci: ci['red'] ?? null, message })
        const work = Array.from({ length: 250 }, (_, i) => tool(`npm test ${i}`, 1))
        return [...work, tokens(7_000_000), say(`AFK-RESULT: pushed ${sha}`), finish()]
      },
    })
    await running(busily, 'agentLogins: [afk-agent]\nfixForward: { stagnationThreshold: 9 }\n')
    for (const [turn, decision] of ['fix-forward red', 'fix-forward red', 'freeze cost'].entries()) {
      await bench.pass(60)
      expect(await decided()).toBe(decision)
      expect(bench.cards(repo, number)[0]?.tokens).toBeCloseTo(7_000_000 * (turn + 1), -5)
      // Of all turns but the newest nothing is left.
      expect(JSON.stringify(bench.world.t3.thread(runId())).match(/"totalProcessedTokens"/gu)).toHaveLength(1)
    }
  })
})

describe('the head', () => {
  it('without agent logins is whose permission is trusted', async () => {
    await running(lands, 'ciSettleSeconds: 0\n')
    expect(await decided()).toBe('land green')
    expect(bench.calls).toContain('permission')
  })

  it.each([
    ['a stranger', 'stranger'],
    ['a reader', 'rea'],
    ['nobody whom GitHub knows', null],
  ])('is not a commit with the trailer by %s', async (_who, author) => {
    await running(works, 'ciSettleSeconds: 0\n')
    commit(author)
    await bench.pass(60)
    expect(await decided()).toBe('wait busy')
    expect(bench.cards(repo, number)).toMatchObject([{ head: null }])
  })

  it('with agent logins is theirs alone', async () => {
    await running(works)
    commit('mona')
    await bench.pass(60)
    await decided()
    expect(bench.cards(repo, number)).toMatchObject([{ head: null }])
    const sha = commit('afk-agent')
    await bench.pass(60)
    await decided()
    expect(bench.cards(repo, number)).toMatchObject([{ head: { sha } }])
  })

  it('is found below whatever others have pushed since, where it is reported', async () => {
    await running(({ crew }) => neverFixes(crew))
    for (let i = 0; i < 120; i += 1) bench.world.people.push(repo, { author: 'ada', message: `No ${i}`, ci: null })
    expect(await decided()).toBe('fix-forward red')
  })

  it('that touches a protected path does not land', async () => {
    await running(({ crew }) => touchesWorkflow(crew))
    expect(await decided()).toBe('freeze protected-path')
    expect(bench.issue(repo, number).state).toBe('open')
  })

  it.each([
    ['its agent, without a trailer', 'afk-agent', 'Sneaky', 'freeze protected-path'],
    ['its agent, for another run', 'afk-agent', `Other\n\nAFK-Run: ${'0'.repeat(8)}`, 'wait busy'],
    ['a person', 'ada', 'Ours', 'wait busy'],
  ])('that stands on a commit to one by %s', async (_who, author, message, decision) => {
    await running(works)
    bench.world.people.push(repo, { author, message, files: { '.github/workflows/x.yml': 'on: push' }, ci: null })
    commit('afk-agent')
    await bench.pass(60)
    expect(await decided()).toBe(decision)
  })

  it('that changes more than GitHub lists is for a person to look at', async () => {
    await running(lands)
    bench.fail('files', 'refused')
    expect(await decided()).toBe('freeze protected-path')
    expect(bench.cards(repo, number)).toMatchObject([
      { outcome: { detail: 'it changes more files than GitHub lists' } },
    ])
  })

  it('that touches one where that is allowed lands', async () => {
    await running(
      ({ crew }) => touchesWorkflow(crew),
      'agentLogins: [afk-agent]\nciSettleSeconds: 0\nallowProtectedPaths: true\n',
    )
    expect(await decided()).toBe('land green')
    expect(bench.calls).not.toContain('files')
  })

  it('a merge counts for what it adds, not for what others had changed', async () => {
    await running(works)
    const before = head() ?? ''
    const theirs = bench.world.people.push(repo, {
      author: 'ada',
      message: 'Change CI',
      files: { '.github/workflows/ci.yml': 'on: push\n' },
      ci: bench.world.ci['green'] ?? null,
    })
    bench.world.people.forcePush(repo, { to: before, pusher: 'ada', ci: null })
    bench.world.people.push(repo, {
      author: 'afk-agent',
      before: [{ author: 'afk-agent', message: `Work\n\nAFK-Run: ${runId()}`, files: { 'src/a.ts': '1\n' } }],
      message: `Merge main\n\nAFK-Run: ${runId()}`,
      files: { '.github/workflows/ci.yml': 'on: push\n' },
      mergeParents: [theirs],
      ci: bench.world.ci['green'] ?? null,
    })
    await bench.pass(60)
    await decided()
    expect(bench.cards(repo, number)).toMatchObject([{ head: { pathsClear: true }, outcome: null }])
  })

  it('that is no longer on the branch stops the run', async () => {
    await running(works)
    const before = head() ?? ''
    commit('afk-agent')
    await decided()
    bench.world.people.forcePush(repo, { to: before, pusher: 'ada', ci: null })
    expect(await decided()).toBe('freeze head-removed')
  })
})

describe('people', () => {
  it('an edit by a stranger stops the run, one by a maintainer does not', async () => {
    await running(works)
    bench.world.people.edit(repo, number, { body: 'Clearer' }, 'mona')
    expect(await decided()).toBe('wait busy')
    bench.world.people.edit(repo, number, { body: 'Other' }, 'stranger')
    expect(await decided()).toBe('escalate edited-during-run')
    expect(bench.cards(repo, number)[0]?.outcome?.detail).toContain('stranger')
  })

  it('an edit by an account that is gone is nobody’s, and not trusted', async () => {
    await running(works)
    bench.world.people.setPermission(repo, 'leaver', 'admin')
    bench.world.people.edit(repo, number, { title: 'Other' }, 'leaver')
    bench.world.people.deleteAccount('leaver')
    expect(await decided()).toBe('escalate edited-during-run')
    expect(bench.cards(repo, number)[0]?.outcome?.detail).toContain('somebody unknown')
  })

  it('closed by a person: cancelled', async () => {
    await running(works)
    bench.world.people.close(repo, number, 'ada')
    expect(await decided()).toBe('cancel issue-closed')
  })

  it('closed by an agent’s login, or by the run’s own commit: goes on and lands', async () => {
    await running(lands)
    bench.world.people.close(repo, number, 'afk-agent')
    expect(await decided()).toBe('land green')
    await running(({ crew }) => closesByCommit(crew))
    expect(bench.issue(repo, number).state).toBe('closed')
    expect(await decided()).toBe('land green')
  })

  it('closed by a commit of somebody else’s is a person’s word', async () => {
    await running(works)
    bench.world.people.push(repo, { author: 'ada', message: `Closes #${number}`, files: { a: 'b' }, ci: null })
    expect(await decided()).toBe('cancel issue-closed')
  })

  it('closed, and GitHub tells no closing: a person’s', async () => {
    await running(works)
    bench.world.people.close(repo, number, 'afk-agent')
    const { tracker } = bench.tick().world
    const look: typeof tracker.look = async (refs) =>
      (await tracker.look(refs)).map((entry) =>
        entry.ok ? { ...entry, value: { ...entry.value, closed: null } } : entry,
      )
    expect(await decided({ tracker: { ...tracker, look } })).toBe('cancel issue-closed')
  })
})

describe('a card that is lost', () => {
  it('has its first red from the earliest failing check', async () => {
    await running(works)
    const ci = bench.world.ci['red'] ?? null
    bench.world.people.push(repo, {
      author: 'afk-agent',
      pusher: 'afk-agent',
      message: `Work\n\nAFK-Run: ${runId()}`,
      files: { a: 'b' },
      ci,
    })
    const pushedAt = bench.world.github.clock.now()
    await bench.pass(600)
    for (const { id } of bench.issue(repo, number).comments) bench.world.people.deleteComment(repo, id)
    await watch(bench.tick())
    const firstRedAt = bench.cards(repo, number)[0]?.firstRedAt ?? 0
    expect(firstRedAt).toBeGreaterThan(pushedAt - 1000)
    expect(firstRedAt).toBeLessThan(pushedAt + 120_000)
  })
})

describe('the rollout', () => {
  const withRollout = (target: string) =>
    `agentLogins: [afk-agent]\nciSettleSeconds: 0\nrepos:\n  acme/shop:\n    rollout: ${target}\n`
  const kubernetes = withRollout('{ kubernetes: { namespace: shop, kind: Deployment, name: web, image: "{sha}" } }')

  it('in a cluster: waits for the head, then lands', async () => {
    await running(lands, kubernetes)
    const rollout = fakeRollout()
    expect(await decided({ rollout })).toContain('wait')
    const target = { namespace: 'shop', workload: 'Deployment', name: 'web' } as const
    const counts = { replicas: 2, updated: 2, ready: 2, available: 2, total: 2 }
    rollout.set(target, {
      image: `registry.example/shop:${head()}`,
      generation: 3,
      observedGeneration: 3,
      ...counts,
      deadlineExceeded: false,
    })
    expect(await decided({ rollout })).toBe('land green')
  })

  it('in a cluster that afk has no way to: waits, and does not land', async () => {
    await running(lands, kubernetes)
    const tick = await watched()
    expect(tick.lines).toContainEqual(expect.objectContaining({ event: 'error', what: 'rollout', category: 'config' }))
    expect(tick.failures.exitCode()).toBe(1)
    expect(bench.issue(repo, number).state).toBe('open')
  })

  it('in a cluster that afk may not read: waits, and says so with what to do', async () => {
    await running(lands, kubernetes)
    const rollout = fakeRollout()
    rollout.forbid({ namespace: 'shop', workload: 'Deployment', name: 'web' })
    const tick = await watched({ rollout })
    expect(tick.lines).toContainEqual(
      expect.objectContaining({
        event: 'error',
        what: 'rollout',
        category: 'forbidden',
        message: expect.stringContaining('may not be read by afk'),
        remedy: expect.any(String),
      }),
    )
    expect(tick.failures.exitCode()).toBe(1)
    expect(bench.issue(repo, number).state).toBe('open')
  })

  it('by a GitHub deployment', async () => {
    await running(lands, withRollout('{ githubDeployment: { environment: production } }'))
    expect(await decided()).toContain('wait')
    const found = requireRepo(bench.world.github, repo)
    const deployment = addDeployment(bench.world.github, found, {
      sha: head() ?? '',
      environment: 'production',
      creator: 'ada',
    })
    addDeploymentStatus(bench.world.github, found, deployment, { state: 'success', creator: 'ada' })
    expect(await decided()).toBe('land green')
  })
})

describe('what cannot be told', () => {
  it('checks of one commit: the run waits', async () => {
    await running(lands)
    const { ci } = bench.tick().world
    const error = new PortError('ci', 'checks', 'not-found', 'github checks of acme/shop: no such commit')
    const checks: typeof ci.checks = async (commits) => commits.map((ref) => ({ ref, ok: false, error }))
    expect(await decided({ ci: { ...ci, checks } })).toBe('wait failed-not-found')
  })

  it('no CI at all is not asked for any', async () => {
    await running(lands, 'agentLogins: [afk-agent]\nrepos: { acme/shop: { ci: none } }\n')
    expect(await decided()).toBe('land green')
    expect(bench.calls).not.toContain('checks')
  })

  it('the thread, while T3 is away and the card has no link yet', async () => {
    await running(works)
    const [comment] = bench.issue(repo, number).comments
    bench.world.people.deleteComment(repo, comment?.id ?? 0)
    bench.executor.fail({ operation: 'threads', category: 'unavailable' })
    expect(await decided()).toBe('wait executor-unreachable')
    expect(bench.cards(repo, number)).toMatchObject([{ links: {} }])
    bench.heal()
    expect(await decided()).toBe('wait busy')
    expect(bench.cards(repo, number)[0]?.links.thread).toContain(runId())
  })
})
