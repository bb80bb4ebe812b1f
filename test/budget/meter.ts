import { expect } from 'vitest'
import type { Stage } from '../scenarios/stage.ts'

/** What one tick asked of the outside, as its servers saw it. */
export interface Spent {
  readonly code: number
  readonly github: number
  /** As GitHub charges GraphQL, from the arguments of the queries. */
  readonly points: number
  /** Requests that would change something at GitHub. */
  readonly writes: number
  /** REST requests by operation, how often. */
  readonly rest: { readonly [operation: string]: number }
  readonly shells: number
  readonly details: number
  readonly commands: number
}

/** Runs one tick and counts; nothing that GitHub's contract forbids may have happened in it. */
export async function spentBy(stage: Stage, tick: () => Promise<number>): Promise<Spent> {
  const [github, t3] = [stage.github.requests.length, stage.t3.requests.length]
  const code = await tick()
  const asked = stage.github.requests.slice(github)
  const executor = stage.t3.requests.slice(t3)
  const graphql = asked.filter(({ operation }) => operation === 'graphql')
  const others = asked.filter(({ operation }) => operation !== 'graphql')
  const rest: { [operation: string]: number } = {}
  for (const { operation } of others) rest[String(operation)] = (rest[String(operation)] ?? 0) + 1
  expect(stage.violations()).toEqual([])
  return {
    code,
    github: asked.length,
    points: graphql.reduce((sum, { points }) => sum + points, 0),
    writes: others.filter(({ method }) => method !== 'GET').length,
    rest,
    shells: executor.filter(({ path }) => path.endsWith('/shell')).length,
    details: executor.filter(({ path }) => path.includes('/threads/')).length,
    commands: executor.filter(({ commandType }) => commandType !== null).length,
  }
}

export function repoNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `acme/r${String(index).padStart(3, '0')}`)
}

/** An issue with the ready label, whose delay for pickup is over once a minute has passed. */
export function openReady(stage: Stage, repo: string, more: { readonly body?: string; readonly by?: string } = {}) {
  const { number } = stage.world.people.open(repo, {
    title: 'A task',
    body: more.body ?? 'As talked about.',
    author: 'ada',
  })
  stage.world.people.label(repo, number, 'ready-for-agent', more.by ?? 'mona')
  return number
}

/** P(R): queries that discovery takes. */
export function pages(repos: number): number {
  return Math.ceil(repos / 50)
}
