import type { Agent } from './agent.ts'
import { readTask } from './prompt.ts'
import { apiError, askApproval, askInput, failStart, hang, neverStart, partial, retry, say, tool } from './steps.ts'
import { onTask, talk, workAndPush, type Crew } from './work.ts'

/** Agents for the demo and the scenarios. Each decides by the number of the turn, and knows no more than its prompts tell it. */

/** All phases, one green push. */
export const landsAtOnce = (crew: Crew): Agent => onTask((task, turn) => workAndPush(crew, task, turn, { ci: 'green' }))

/** Its first push breaks CI, its second one mends it. */
export const pushesRedThenFixes = (crew: Crew): Agent =>
  onTask((task, turn) => workAndPush(crew, task, turn, { ci: turn.turnNumber === 1 ? 'red' : 'green' }))

/** Pushes, and never gets it green. */
export const neverFixes = (crew: Crew): Agent => onTask((task, turn) => workAndPush(crew, task, turn, { ci: 'red' }))

/** Answers the first corrective turn with words only, and fixes in the next. */
export const answersCorrectionFirst = (crew: Crew): Agent =>
  onTask((task, turn) => {
    if (turn.turnNumber === 2) return talk('The failure looks flaky to me; I changed nothing.', crew)
    return workAndPush(crew, task, turn, { ci: turn.turnNumber === 1 ? 'red' : 'green' })
  })

export const reportsBlocked = (why: string, crew: Pick<Crew, 'paceMs'> = {}): Agent => ({
  turn: () => talk(`I cannot go on.\n\nAFK-RESULT: blocked ${why}`, crew),
})

/** Asks in its first turn and does the work in the next, whatever the answer. */
export const needsClarification = (question: string, crew: Crew): Agent =>
  onTask((task, turn) => {
    if (turn.turnNumber === 1) return talk(`AFK-RESULT: needs-clarification ${question}`, crew)
    return workAndPush(crew, task, turn, { ci: 'green' })
  })

export const reportsNoChange = (why: string, crew: Pick<Crew, 'paceMs'> = {}): Agent => ({
  turn: () => talk(`AFK-RESULT: no-change ${why}`, crew),
})

/** Begins, and is never heard of again until somebody interrupts it. */
export const diesSilently = (): Agent => ({
  turn: () => [say('AFK-PHASE: worktree'), tool('npm ci', 500), partial('Let me look at'), hang()],
})

/** Dies in the first turn, lands in the next. */
export const diesOnceThenLands = (crew: Crew): Agent => {
  const dying = diesSilently()
  const landing = landsAtOnce(crew)
  return { turn: (turn) => (turn.turnNumber === 1 ? dying : landing).turn(turn) }
}

/** The model API refuses: after the CLI's own retries its error is the only answer, and T3 calls that completed. */
export const answersApiError = (text = 'API Error: 529 {"type":"overloaded_error","message":"Overloaded"}'): Agent => ({
  turn: () => [retry(1, 529, 'overloaded'), retry(2, 529, 'overloaded'), apiError(text, 2000)],
})

/** The first turn ends in an API error, the next lands. */
export const apiErrorThenLands = (crew: Crew): Agent => {
  const failing = answersApiError()
  const landing = landsAtOnce(crew)
  return { turn: (turn) => (turn.turnNumber === 1 ? failing : landing).turn(turn) }
}

/** Every turn is accepted, and no sign follows. */
export const neverStarts = (): Agent => ({ turn: () => [neverStart()] })

/** The first start fails with an activity, the second works. */
export const failsFirstStart = (
  crew: Crew,
  detail = 'ProviderAdapterProcessError: the agent process exited with code 1',
): Agent =>
  onTask((task, turn) => (turn.attempt === 1 ? [failStart(detail)] : workAndPush(crew, task, turn, { ci: 'green' })))

/** Needs a person's approval before it goes on. */
export const waitsForApproval = (crew: Crew): Agent =>
  onTask((task, turn) => [askApproval('git push origin HEAD:main'), ...workAndPush(crew, task, turn, { ci: 'green' })])

/** Asks a question inside T3 and waits for the answer. */
export const waitsForInput = (question: string, crew: Crew): Agent =>
  onTask((task, turn) => [askInput(question), ...workAndPush(crew, task, turn, { ci: 'green' })])

/** Ends its first turn without a push and without a report; a nudge makes it push. */
export const pushesAfterNudge = (crew: Crew): Agent =>
  onTask((task, turn) => {
    if (turn.turnNumber === 1)
      return [say('AFK-PHASE: worktree'), ...talk('I have looked around and made a plan.', crew)]
    return workAndPush(crew, task, turn, { ci: 'green' })
  })

/** Talks in every turn and never pushes or reports. */
export const neverPushes = (crew: Pick<Crew, 'paceMs'> = {}): Agent => ({
  turn: () => talk('Almost done.', crew),
})

/** Against its orders: the commit closes the issue by itself. */
export const closesByCommit = (crew: Crew): Agent =>
  onTask((task, turn) => workAndPush(crew, task, turn, { ci: 'green', keyword: 'Closes' }))

/** Changes a protected path. */
export const touchesWorkflow = (crew: Crew): Agent =>
  onTask((task, turn) =>
    workAndPush(crew, task, turn, {
      ci: 'green',
      files: { '.github/workflows/x.yml': 'on: push\n' },
    }),
  )

/** Says it has pushed, and has not. */
export const liesAboutPush = (crew: Pick<Crew, 'paceMs'> = {}): Agent => ({
  turn: () => talk(`AFK-PHASE: pushed\n\nAFK-RESULT: pushed ${'0123456789'.repeat(4)}`, crew),
})

/** Another agent for each issue, by `owner/name#number` as the prompt spells it, in any case. */
export function agentPerIssue(agents: Record<string, Agent>, otherwise: Agent): Agent {
  const byIssue = new Map(Object.entries(agents).map(([issue, agent]) => [issue.toLowerCase(), agent]))
  return {
    turn: (context) => {
      const task = readTask(context)
      const agent = task === null ? undefined : byIssue.get(`${task.repo}#${task.number}`.toLowerCase())
      return (agent ?? otherwise).turn(context)
    },
  }
}
