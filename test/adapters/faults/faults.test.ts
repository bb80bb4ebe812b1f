import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inParallel } from '../../../src/app/in-parallel.ts'
import { PortError } from '../../../src/ports/errors.ts'
import { addFigure } from '../../reliability/figures.ts'
import { startSlack } from '../../sandbox/slack/server.ts'
import { faults, mostTries, type Exceptions, type Expected, type FaultRow } from './faults.ts'
import { startFaulty, type FaultyOptions } from './faulty.ts'
import { appRows, openApp } from './github-app.ts'
import { ciRows, gitHubWords, openGitHub, trackerRows } from './github.ts'
import {
  journalRows,
  kubernetesExceptions,
  kubernetesWords,
  lockRows,
  openKubernetes,
  rolloutRows,
} from './kubernetes.ts'
import { pullsRows } from './pulls.ts'
import { staleToken, type Opened, type Operations, type Ready, type Row } from './service.ts'
import { notifierRows, openSlack, slackExceptions, slackWords } from './slack.ts'
import { executorRows, openT3, t3Exceptions, t3Words } from './t3.ts'

const slack = await startSlack()
afterAll(() => slack.close())

/** Every fault of the list, on every operation of every port, through the real adapters and real servers (SPEC 10). */
suite({
  name: 'GitHub',
  open: openGitHub,
  words: gitHubWords,
  exceptions: {},
  ports: { tracker: trackerRows, ci: ciRows, pulls: pullsRows },
})
suite({ name: 'GitHub for an app', open: openApp, words: gitHubWords, exceptions: {}, ports: { app: appRows } })
suite({ name: 'T3', open: openT3, words: t3Words, exceptions: t3Exceptions, ports: { executor: executorRows } })
suite({
  name: 'Slack',
  open: () => openSlack(slack),
  words: slackWords,
  exceptions: slackExceptions,
  ports: { notifier: notifierRows },
})
suite({
  name: 'Kubernetes',
  open: openKubernetes,
  words: kubernetesWords,
  exceptions: kubernetesExceptions,
  ports: { rollout: rolloutRows, lock: lockRows, journal: journalRows },
  wanders: true,
})

interface Service<World extends Opened<object>> {
  readonly name: string
  readonly open: () => Promise<World>
  readonly words: FaultyOptions['words']
  readonly exceptions: Exceptions
  readonly ports: { readonly [Port in keyof Ready<World>['ports']]: Operations<Ready<World>> }
  /** The client follows redirects of itself, without the token. */
  readonly wanders?: boolean
}

/** Milliseconds: what waits for a second has time for it, what hangs does not hang for long. */
const deadlineMs = 5000
/** No call hangs. Not the deadline itself: on a busy machine all cases of a row take their time together. */
const endlessMs = 60_000
const hangMs = 1000

function suite<World extends Opened<object>>(service: Service<World>): void {
  describe.concurrent(`${service.name} fails`, () => {
    // Vendors' clients load when they are first used, and no case should wait for that.
    beforeAll(async () => {
      for (const rows of Object.values<Operations<Ready<World>>>(service.ports).flatMap((named) =>
        Object.values(named),
      ))
        if (rows !== 'local' && rows[0] !== undefined) await call(service, rows[0], well)
    }, 60_000)

    it('has a row for every operation of its ports', async () => {
      const world = await service.open()
      const { ports } = world.connect(world.upstream, { deadlineMs, stale: false })
      await world.close()
      const operations = Object.entries(ports).map(([port, methods]) => [port, Object.keys(methods).toSorted()])
      const rows = Object.entries(service.ports).map(([port, named]) => [port, Object.keys(named as object).toSorted()])
      expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(operations))
    })

    for (const [port, operations] of Object.entries<Operations<Ready<World>>>(service.ports)) {
      for (const [operation, rows] of Object.entries(operations)) {
        if (rows === 'local') continue
        for (const row of rows) {
          const part = row.part === undefined ? '' : `, ${row.part}`
          it(`${port}.${operation}${part}`, { timeout: 120_000 }, async () => {
            const { requests } = await undisturbed(service, row)
            const problems: string[] = []
            let held = 0
            await inParallel(faults, 9, async (fault) => {
              const found = await meet(service, row, fault, requests)
              if (found.length === 0) held += 1
              problems.push(...found.map((what) => `${fault.name}: ${what}`))
            })
            addFigure('faults at the wire, by operation', { tried: faults.length, held })
            if (row.isAnonymous !== true) problems.push(...(await rotated(service, row)))
            expect(problems.toSorted()).toEqual([])
          })
        }
      }
    }
  })
}

const well: FaultRow = {
  name: '500',
  times: 0,
  does: { kind: 'reset' },
  expected: { again: 'done', once: 'done' },
}

/** The operation does something, so that "as if nothing had been" means something. */
async function undisturbed<World extends Opened<object>>(
  service: Service<World>,
  row: Row<Ready<World>>,
): Promise<{ readonly requests: number }> {
  const { outcome, done, seen } = await call(service, row, well)
  expect(outcomeProblems(outcome, 'done', row.answers), 'undisturbed').toEqual([])
  if (row.done !== undefined) expect(done, 'done, undisturbed').toBe(1)
  expect(seen.filter(row.aims ?? (() => true)).length, 'requests to strike').toBeGreaterThan(0)
  return { requests: seen.length }
}

async function meet<World extends Opened<object>>(
  service: Service<World>,
  row: Row<Ready<World>>,
  fault: FaultRow,
  usual: number,
): Promise<readonly string[]> {
  const expected = row.exceptions?.[fault.name] ?? service.exceptions[fault.name] ?? fault.expected[row.manner]
  const { outcome, done, seen, strangers, ms } = await call(service, row, fault)
  const problems = outcomeProblems(outcome, expected, row.answers)
  const struck = seen.filter((request) => request.struck).length
  const most = row.most ?? mostTries(expected, row.manner)
  if (struck === 0) problems.push('nothing was struck')
  if (fault.times > 1 && fault.does.kind !== 'clock' && struck > most)
    problems.push(`sent ${struck} times, at most ${most}`)
  if (seen.length > usual * 3 + 2) problems.push(`${seen.length} requests, ${usual} without a fault`)
  if (done !== null && (done > 1 || (expected === 'done' && done !== 1))) problems.push(`done ${done} times`)
  if (row.manner === 'once' && seen.filter(({ isWrite, struck: hit }) => isWrite && !hit).length > 1)
    problems.push('more than one write got through')
  // Redirects that are followed blindly carry what was sent to whoever is named.
  const told = strangers.filter(({ authorization }) => service.wanders !== true || authorization !== null)
  if (told.length > 0) problems.push(`another host was asked: ${JSON.stringify(told)}`)
  if (ms > endlessMs) problems.push(`took ${Math.round(ms)} ms`)
  return problems
}

/** The token's file was replaced: the first 401 has it read again, once, and the call goes on. */
async function rotated<World extends Opened<object>>(
  service: Service<World>,
  row: Row<Ready<World>>,
): Promise<readonly string[]> {
  const refused: FaultRow = { ...well, name: '401', times: Infinity, does: { kind: 'answer', status: 401 } }
  const { outcome, done, seen, reloads } = await call(service, row, refused, true)
  const problems = outcomeProblems(outcome, 'done', row.answers)
  const struck = seen.filter((request) => request.struck).length
  if (struck !== 1) problems.push(`${struck} requests with the old token, expected 1`)
  if (reloads !== null && reloads !== 1) problems.push(`the file was read again ${reloads} times, expected once`)
  if (done !== null && done !== 1) problems.push(`done ${done} times`)
  addFigure('tokens rotated, by operation', { tried: 1, held: problems.length === 0 ? 1 : 0 })
  return problems.map((what) => `token rotated: ${what}`)
}

type Outcome =
  | { readonly kind: 'answer'; readonly value: unknown }
  | { readonly kind: 'error'; readonly error: unknown }

async function call<World extends Opened<object>>(
  { open, words }: Service<World>,
  { ask, aims = () => true, done: count }: Row<Ready<World>>,
  fault: FaultRow,
  stale = false,
) {
  const world = await open()
  let rotate = () => {}
  const faulty = await startFaulty({
    upstream: world.upstream,
    fault,
    words,
    aims: (request) => {
      if (!stale) return aims(request)
      if (request.authorization !== `Bearer ${staleToken}`) return false
      rotate()
      return true
    },
  })
  const limit = fault.does.kind === 'hang' ? hangMs : deadlineMs
  const connected = world.connect(faulty.url, { deadlineMs: limit, stale })
  ;({ rotate } = connected)
  const opened = { ...world, ports: connected.ports }
  const started = performance.now()
  try {
    const outcome = await ask(opened).then(
      (value): Outcome => ({ kind: 'answer', value }),
      (error: unknown): Outcome => ({ kind: 'error', error }),
    )
    const ms = performance.now() - started
    const done = count === undefined ? null : await count(opened)
    return { outcome, done, ms, seen: faulty.seen, strangers: faulty.strangers, reloads: connected.reloads() }
  } finally {
    await faulty.close()
    await world.close()
  }
}

function outcomeProblems(outcome: Outcome, expected: Expected, answers: unknown): string[] {
  const words = JSON.stringify(expected)
  if (outcome.kind === 'error') {
    const { error } = outcome
    if (!(error instanceof PortError)) return [`threw ${String(error)}, expected ${words}`]
    return error.category === expected ? [] : [`${error.category} (${error.message}), expected ${words}`]
  }
  const value = JSON.stringify(outcome.value)
  if (typeof expected === 'object')
    return value === JSON.stringify(expected.value) ? [] : [`answered ${value}, expected ${words}`]
  if (expected !== 'done') return [`answered ${value}, expected ${words}`]
  try {
    if (answers !== undefined) expect([outcome.value]).toMatchObject([answers])
    return []
  } catch {
    return [`answered ${value}, expected as without a fault`]
  }
}
