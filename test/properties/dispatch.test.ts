import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planDispatch, type DispatchDecision } from '../../src/core/dispatch/dispatch-plan.ts'
import { rules } from '../../src/core/dispatch/eligibility.ts'
import { issueKey, situations, type PollObservation } from '../../src/core/dispatch/poll-facts.ts'
import { isAtWork, repoHolder } from '../../src/core/dispatch/repo-holder.ts'
import { ownThreads } from '../../src/core/titles.ts'
import { anyScene, type Scene } from '../builders/any-observation.ts'
import { settle } from '../builders/observation.ts'
import { hours } from '../builders/time.ts'

const runs = { numRuns: 500 }

const dispatched = (decisions: readonly DispatchDecision[]) =>
  decisions.filter(({ decision }) => decision === 'dispatch')

/** Runs in flight before this tick, counted another way than the planner does. */
function inFlight(observation: PollObservation, { policy }: Scene): Set<string> {
  const busy = ownThreads(observation.threads, observation.projects).filter(({ thread, issue }) =>
    isAtWork(thread, policy.repo(issue.repo).stallSeconds, observation),
  )
  const locked = observation.repos.flatMap(({ repo, locked: numbers }) =>
    numbers.map((number) => issueKey({ repo, number })),
  )
  return new Set([...locked, ...busy.map(({ issue }) => issueKey(issue))])
}

describe('planDispatch', () => {
  it('is tried on a space that holds starts, resumes, cancels, and every code there is', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(anyScene, (scene) => {
        for (const { decision, resume, cancel, failing } of settle(scene.first, scene.policy, scene.world).plan
          .decisions) {
          seen.add(resume ? `${decision} resume` : decision)
          if (cancel !== null) seen.add(`cancel ${cancel}`)
          for (const { code } of failing) seen.add(code)
        }
      }),
      // Always the same scenes: what is rare may be missing from others.
      { numRuns: 1000, seed: 51 },
    )
    const codes = rules.map(({ code }) => code).filter((code) => code !== 'not-allowlisted')
    const ends = ['already-ran', 'blocked', 'edited-after-label', 'human-label', 'untrusted-labeller']
    const all = [
      'dispatch',
      'dispatch resume',
      'skip',
      'skip resume',
      'capacity',
      'daily-cap',
      'draining',
      'unreadable',
    ]
    expect([...seen].toSorted()).toEqual(
      all
        .concat(
          codes,
          ends.map((code) => `cancel ${code}`),
        )
        .toSorted(),
    )
  })

  it('gives every ready issue exactly one decision', () => {
    fc.assert(
      fc.property(anyScene, (scene) => {
        const { plan } = settle(scene.first, scene.policy, scene.world)
        const ready = scene.first.repos.flatMap(({ repo, ready: numbers }) =>
          numbers.map((number) => issueKey({ repo, number })),
        )
        expect(plan.decisions.map(({ issue }) => issueKey(issue)).toSorted()).toEqual(ready.toSorted())
      }),
      runs,
    )
  })

  it('explains every skip, and nothing else', () => {
    fc.assert(
      fc.property(anyScene, (scene) => {
        const { plan } = settle(scene.first, scene.policy, scene.world)
        for (const { decision, failing, notEvaluated } of plan.decisions) {
          expect(failing.length > 0).toBe(decision === 'skip')
          expect(new Set(failing.map(({ code }) => code)).size).toBe(failing.length)
          expect(failing.every(({ unblock }) => unblock !== '')).toBe(true)
          expect(failing.some(({ code }) => notEvaluated.includes(code))).toBe(false)
        }
      }),
      runs,
    )
  })

  it('never starts two in a repo, nor one where another run is in flight', () => {
    fc.assert(
      fc.property(anyScene, (scene) => {
        const { plan, observation } = settle(scene.first, scene.policy, scene.world)
        const started = dispatched(plan.decisions)
        const repos = started.map(({ issue }) => issue.repo)
        expect(new Set(repos).size).toBe(repos.length)
        for (const situation of situations(observation, scene.policy)) {
          const holder = repoHolder(situation, observation)
          for (const { issue } of started.filter(({ issue: { repo } }) => repo === situation.repo)) {
            expect(holder.heldFrom(issue.number)).toBeNull()
            expect(situation.overview.locked).toEqual([])
          }
        }
      }),
      runs,
    )
  })

  it('never exceeds a cap', () => {
    fc.assert(
      fc.property(anyScene, (scene) => {
        const { plan, observation } = settle(scene.first, scene.policy, scene.world)
        const started = dispatched(plan.decisions)
        const fresh = started.filter(({ resume }) => !resume)
        if (fresh.length === 0) return
        const all = new Set([...inFlight(observation, scene), ...started.map(({ issue }) => issueKey(issue))])
        expect(all.size).toBeLessThanOrEqual(scene.policy.maxConcurrentRuns)
        expect(fresh.length).toBeLessThanOrEqual(scene.policy.maxDispatchPerTick)
        const today = observation.threads.filter(({ createdAt }) => createdAt > observation.now.executor - hours(24))
        expect(today.length + fresh.length).toBeLessThanOrEqual(scene.policy.maxRunsPerDay)
        expect(scene.first.drain).toBe(false)
      }),
      runs,
    )
  })

  it('starts only what every rule passes with all facts known', () => {
    fc.assert(
      fc.property(anyScene, (scene) => {
        const { plan, observation } = settle(scene.first, scene.policy, scene.world)
        for (const { issue, resume } of dispatched(plan.decisions)) {
          const situation = situations(observation, scene.policy).find(({ repo }) => repo === issue.repo)
          const candidate = situation?.candidates.find(({ ref }) => ref.number === issue.number)
          if (situation === undefined || candidate === undefined) throw new Error('a decision about nothing')
          const heldBy = repoHolder(situation, observation).heldFrom(issue.number)
          const context = { candidate, situation, observation, resume, heldBy, allowlisted: true }
          const asked = rules.filter(({ waivedOnResume }) => !(resume && waivedOnResume))
          expect(asked.map((rule) => rule.check(context).verdict)).toEqual(asked.map(() => 'pass'))
          expect(candidate.facts?.state).toBe('open')
          expect(candidate.runId).not.toBeNull()
        }
      }),
      runs,
    )
  })

  it('takes a trusted label for every start', () => {
    fc.assert(
      fc.property(anyScene, (scene) => {
        const { plan } = settle(scene.first, scene.policy, scene.world)
        for (const { candidate } of dispatched(plan.decisions)) {
          const actor = candidate.epoch?.actor ?? null
          const role = actor === null ? null : scene.world.permission?.(actor.login)
          const listed = actor?.kind === 'bot' && scene.policy.repo('').trustedActors.length > 0
          expect(listed || ['admin', 'maintain', 'write'].includes(role?.role ?? '')).toBe(true)
        }
      }),
      runs,
    )
  })

  it('settles, and never asks the same thing twice', () => {
    fc.assert(
      fc.property(anyScene, fc.boolean(), (scene, everything) => {
        const { rounds } = settle(scene.first, scene.policy, scene.world, { everything })
        const asked = rounds.flatMap((round) => round.map((need) => JSON.stringify(need)))
        expect(new Set(asked).size).toBe(asked.length)
      }),
      runs,
    )
  })

  it('decides the same whatever the order of what it is given', () => {
    fc.assert(
      fc.property(anyScene, fc.infiniteStream(fc.nat()), (scene, dice) => {
        const shuffle = <T>(list: readonly T[]): readonly T[] =>
          list
            .map((item) => ({ item, at: dice.next().value ?? 0 }))
            .toSorted((a, b) => a.at - b.at)
            .map(({ item }) => item)
        const keys = <T>(record: { readonly [key: string]: T }) => Object.fromEntries(shuffle(Object.entries(record)))
        const { plan, observation } = settle(scene.first, scene.policy, scene.world)
        const shuffled: PollObservation = {
          ...observation,
          repos: shuffle(observation.repos).map((repo) => ({
            ...repo,
            ready: shuffle(repo.ready),
            locked: shuffle(repo.locked),
          })),
          threads: shuffle(observation.threads),
          summaries: Object.fromEntries(
            Object.entries(keys(observation.summaries)).map(([repo, issues]) => [repo, shuffle(issues)]),
          ),
          looked: keys(observation.looked),
          blockers: keys(observation.blockers),
          permissions: keys(observation.permissions),
          via: keys(observation.via),
          threadStates: keys(observation.threadStates),
        }
        expect(planDispatch(shuffled, scene.policy)).toEqual(plan)
        // Asked from the start in another order, it comes to the same as well.
        const again = settle({ ...scene.first, repos: shuffled.repos, threads: shuffled.threads }, scene.policy, {
          ...scene.world,
          issues: shuffle(scene.world.issues),
        })
        expect(again.plan.decisions.map(outcome)).toEqual(plan.decisions.map(outcome))
      }),
      runs,
    )
  })

  it('says of every issue with `afk plan` all that it says without, and leaves nothing unasked', () => {
    fc.assert(
      fc.property(anyScene, (scene) => {
        const lazy = settle(scene.first, scene.policy, scene.world).plan
        const { decisions } = settle(scene.first, scene.policy, scene.world, { everything: true }).plan
        expect(dispatched(decisions).map(({ issue }) => issueKey(issue))).toEqual(
          dispatched(lazy.decisions).map(({ issue }) => issueKey(issue)),
        )
        for (const { failing, notEvaluated } of decisions) {
          if (failing.every(({ code }) => code !== 'unreadable')) expect(notEvaluated).toEqual([])
        }
      }),
      runs,
    )
  })
})

function outcome({ issue, decision, resume, cancel, failing }: DispatchDecision) {
  return { issue, decision, resume, cancel, failing }
}
