import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Line } from '../../src/app/report.ts'
import { parseCard } from '../../src/core/card/card-parse.ts'
import type { Card } from '../../src/core/card/card.ts'
import { startGitHubServer, type GitHubServer } from '../sandbox/github/server.ts'
import type { Issue } from '../sandbox/github/state/issue-model.ts'
import { requireIssue } from '../sandbox/github/state/issues.ts'
import { requireRepo } from '../sandbox/github/state/repos.ts'
import type { Agent } from '../sandbox/t3/agent.ts'
import { adminScopes } from '../sandbox/t3/auth.ts'
import { advance, createManualClock } from '../sandbox/t3/manual-clock.ts'
import { startT3Server, type T3Server } from '../sandbox/t3/server.ts'
import { createWorld, type World } from '../sandbox/world.ts'
import { runProgram, type Env, type Program, type Ran } from './run-program.ts'

/**
 * GitHub and T3 as servers on loopback, on one clock that only the test moves, and the two real programs as processes. Time stands
 * still while a program runs.
 */
export interface Stage {
  readonly world: World
  readonly github: GitHubServer
  readonly t3: T3Server
  /** Open gates and everything that a tick needs; a run may add to it. */
  readonly env: Env
  readonly folder: string
  readonly poll: (more?: Env) => Promise<Ran>
  readonly watch: (more?: Env) => Promise<Ran>
  readonly pass: (seconds: number) => Promise<void>
  /** Both programs, a minute apart, until `done` or so many rounds are over; each must end with code 0. */
  readonly rounds: (times: number, done?: () => boolean) => Promise<void>
  /** An issue with the ready label of a maintainer, or of `by`. */
  readonly ready: (repo: string, input?: Opening) => number
  readonly issue: (repo: string, number: number) => Issue
  readonly cards: (repo: string, number: number) => readonly Card[]
  readonly labels: (repo: string, number: number) => readonly string[]
  readonly threads: () => readonly StageThread[]
  readonly ran: readonly Ran[]
  /** Asserts that nothing improper was seen: contracts broken, texts on stderr, secrets in any output or request. */
  readonly close: () => Promise<void>
}

export interface Opening {
  readonly title?: string
  readonly body?: string
  readonly labels?: string[]
  readonly by?: string
}

export interface StageThread {
  readonly id: string
  readonly title: string
  /** Texts of the turns sent to it, oldest first. */
  readonly turns: readonly string[]
}

const t3Token = 't3-token-of-the-stage-4711'

export async function createStage(options: {
  readonly repos: readonly string[]
  readonly agent?: (world: World) => Agent
  /** The YAML file's text. */
  readonly settings?: string
  readonly env?: Env
  /** GitHub's hourly limit for REST requests. */
  readonly restLimit?: number
}): Promise<Stage> {
  const clock = createManualClock()
  const world = createWorld({ clock, paceMs: 1000, checkMs: 20_000 })
  for (const repo of options.repos) world.addRepo(repo)
  if (options.agent) world.t3.setAgent(options.agent(world))
  const github = await startGitHubServer(world.github, options.restLimit ? { restLimit: options.restLimit } : {})
  const t3 = await startT3Server(world.t3, { tokens: { [t3Token]: adminScopes } })
  const folder = mkdtempSync(join(tmpdir(), 'afk-programs-'))
  const configFile = join(folder, 'afk.yaml')
  writeFileSync(configFile, options.settings ?? 'agentLogins: [afk-agent]\nciSettleSeconds: 0\n')
  const env: Env = {
    AFK_KILL_SWITCH: 'false',
    AFK_ALLOWLIST: options.repos.join(','),
    AFK_CONFIG_FILE: configFile,
    AFK_GITHUB_API_URL: github.url,
    AFK_GITHUB_TOKEN: world.githubToken,
    AFK_T3_URL: t3.url,
    AFK_T3_TOKEN: t3Token,
    AFK_LOCK: 'none',
    ...options.env,
  }
  // The first commits' checks come to their end.
  const pass = async (seconds: number) => advance(world.t3, clock, seconds * 1000)
  await pass(60)

  const ran: Ran[] = []
  const run = async (program: Program, more: Env = {}): Promise<Ran> => {
    const result = await runProgram(program, { ...env, ...more })
    ran.push(result)
    await world.t3.settled()
    return result
  }
  const issue = (repo: string, number: number) => requireIssue(requireRepo(world.github, repo), number)

  const stage: Stage = {
    world,
    github,
    t3,
    env,
    folder,
    ran,
    pass,
    issue,
    poll: (more) => run('poller', more),
    watch: (more) => run('watcher', more),
    rounds: async (times, done = () => false) => {
      for (let round = 0; round < times && !done(); round += 1) {
        for (const result of [await stage.poll(), await stage.watch()]) expectCode(result, 0)
        await pass(60)
      }
    },
    ready: (repo, { title = 'A task', body = 'As talked about.', labels = [], by = 'mona' } = {}) => {
      const { number } = world.people.open(repo, { title, body, author: 'ada', labels })
      world.people.label(repo, number, 'ready-for-agent', by)
      return number
    },
    cards: (repo, number) =>
      issue(repo, number).comments.flatMap(({ body }) => {
        const parsed = parseCard(body)
        return parsed.kind === 'card' ? [parsed.card] : []
      }),
    labels: (repo, number) =>
      issue(repo, number)
        .labels.map(({ name }) => name)
        .toSorted(),
    threads: () => threadsOf(world),
    close: async () => {
      await Promise.all([github.close(), t3.close()])
      rmSync(folder, { recursive: true })
      expect(github.violations).toEqual([])
      expect(t3.errors).toEqual([])
      const secrets = [world.githubToken, t3Token]
      for (const { output, stderr } of ran) {
        expect(stderr).toBe('')
        for (const secret of secrets) expect(output).not.toContain(secret)
      }
      // Nor in anything that was sent: cards and queries to GitHub, prompts to T3.
      const sent = [...github.requests.map(({ text }) => text), ...threadsOf(world).flatMap(({ turns }) => turns)]
      for (const secret of secrets) expect(sent.filter((text) => text.includes(secret))).toEqual([])
    },
  }
  return stage
}

/** With the whole output in the message: an exit code alone tells nobody why. */
export function expectCode(ran: Ran, code: number): void {
  expect(ran.code, ran.output).toBe(code)
}

/** The one decision about an issue in a tick's log. */
export function decisionOn(ran: Ran, repo: string, number: number): Line {
  const found = ran.lines.filter(
    (line) => line.event === 'decision' && line['repo'] === repo && line['issue'] === number,
  )
  const [line] = found
  if (line === undefined || found.length > 1) {
    throw new Error(`expected one decision on ${repo}#${number}, got ${found.length}:\n${ran.output}`)
  }
  return line
}

/** `dispatch`, or `skip: code, code`. */
export function verdictOn(ran: Ran, repo: string, number: number): string {
  const line = decisionOn(ran, repo, number)
  const codes = line['codes'] as readonly string[]
  return codes.length === 0 ? String(line['decision']) : `${String(line['decision'])}: ${codes.join(', ')}`
}

export function errorsIn(ran: Ran): readonly Line[] {
  return ran.lines.filter(({ event }) => event === 'error')
}

function threadsOf(world: World): readonly StageThread[] {
  const { threads } = world.t3.snapshot() as { threads: { id: string; title: string; deletedAt: string | null }[] }
  return threads
    .filter(({ deletedAt }) => deletedAt === null)
    .map(({ id, title }) => ({
      id,
      title,
      turns: world.t3
        .messages(id)
        .filter(({ role }) => role === 'user')
        .map(({ text }) => text),
    }))
}
