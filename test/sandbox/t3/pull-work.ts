import type { Agent, Step, TurnContext } from './agent.ts'
import { readTask, type Task } from './prompt.ts'
import { act, finish, say, tokens, tool } from './steps.ts'
import { onTask, type Crew, type Job } from './work.ts'

/** The world of agents that hand in by pull request. */
export interface PullHost {
  /** Puts one commit onto a branch (which begins at the default branch); its sha. */
  pushBranch(push: {
    repo: string
    branch: string
    message: string
    files: Record<string, string>
    ci?: string
    author: string
  }): string
  /** Opens a pull request against the default branch; its number. */
  openPull(pull: { repo: string; branch: string; title: string; body: string; author: string }): number
  /** Merges the base into the branch of a pull request, and settles what is in conflict. */
  mergeBaseIn(pull: {
    repo: string
    number: number
    message: string
    files: Record<string, string>
    author: string
    ci?: string
  }): string
}

export interface PullCrew extends Crew {
  readonly pulls: PullHost
  /** Open pull request of a run, by its id: an agent keeps that in its thread. */
  readonly opened: Map<string, number>
}

/** A whole piece of work up to an open pull request; later turns push to its branch, and open another one only when they are told a new branch. */
export function workAndOpenPull(crew: PullCrew, task: Task, context: TurnContext, job: Job = {}): Step[] {
  const pace = crew.paceMs ?? 1000
  const author = crew.author ?? 'afk-agent'
  const branch = fixBranchOf(context.text) ?? task.branch ?? `afk/${task.number}-work-${task.runId.slice(0, 8)}`
  const key = `${task.runId} ${branch}`
  const subject = `Change ${context.turnNumber} for issue ${task.number}`
  const message = `${subject}\n\nRefs #${task.number}\n\nAFK-Run: ${task.runId}`
  const files = job.files ?? { [`src/issue-${task.number}.txt`]: `${subject}\n` }
  const ci = job.ci === undefined ? {} : { ci: job.ci }
  return [
    act(() => context.madeGit(), pace),
    say('AFK-PHASE: worktree'),
    tool('npm test', pace),
    say('AFK-PHASE: tests-red'),
    tokens(job.tokens ?? 20_000),
    say('AFK-PHASE: green'),
    act(() => {
      const standing = crew.opened.get(key)
      if (standing !== undefined && /conflict with|out of date with/u.test(context.text))
        mergeOrPush(crew, { repo: task.repo, number: standing, branch, message, files, author, ...ci })
      else crew.pulls.pushBranch({ repo: task.repo, branch, message, files, author, ...ci })
      if (standing !== undefined) return
      const title = `Work on issue ${task.number}`
      const body = `What was asked for.\n\nRefs #${task.number}`
      crew.opened.set(key, crew.pulls.openPull({ repo: task.repo, branch, title, body, author }))
    }, pace),
    say('AFK-PHASE: pushed'),
    say(() => `It is ready.\n\nAFK-RESULT: pr ${String(crew.opened.get(key) ?? 0)}`),
    finish(),
  ]
}

/** An agent resolves conflicts in its own files; with others it gets no further, and pushes what it has. */
function mergeOrPush(crew: PullCrew, work: Parameters<PullHost['mergeBaseIn']>[0] & { branch: string }): void {
  const { number, branch, ...push } = work
  try {
    crew.pulls.mergeBaseIn({ number, ...push })
  } catch (error) {
    if (!String(error).includes('merge conflict')) throw error
    crew.pulls.pushBranch({ branch, ...push })
  }
}

/** The branch that a correction of something merged is to come on. */
function fixBranchOf(text: string): string | null {
  return /new branch `(afk\/[^`]+)`/u.exec(text)?.[1] ?? null
}

/** What a second agent says of a pull request, turn by turn over all rounds. */
export interface ReviewScript {
  readonly rounds: readonly ('clean' | 'issues' | 'silent')[]
}

/** An agent for both threads: does the work, and reviews what another thread of its own kind has made. */
export function worksAndReviews(
  crew: PullCrew,
  script: ReviewScript,
  job: (turn: TurnContext) => Job = () => ({ ci: 'green' }),
): Agent {
  let round = 0
  const worker = onTask((task, turn) => workAndOpenPull(crew, task, turn, job(turn)))
  return {
    turn: (context) => {
      if (!context.text.includes('You review pull request')) return worker.turn(context)
      const said = script.rounds[round] ?? 'clean'
      round += 1
      if (said === 'silent') return [tokens(1000, crew.paceMs ?? 1000), say('I have looked at it.'), finish()]
      const words = said === 'clean' ? 'I find nothing.' : '1. `src/a.ts`, line 3: the sum forgets the coupon.'
      return [tool('git diff', crew.paceMs ?? 1000), tokens(5000), say(`${words}\n\nAFK-REVIEW: ${said}`), finish()]
    },
  }
}

/** The task that a thread of a run was given, for agents of scenarios. */
export const taskOf = readTask
