import { parseCard } from '../../src/core/card/card-parse.ts'
import { threadsOf, type Stage } from './stage.ts'
import type { Setting } from './scenario.ts'
import { onTask, talk, workAndPush, type Job } from '../sandbox/t3/work.ts'
import { requireIssue } from '../sandbox/github/state/issues.ts'
import { requireRepo } from '../sandbox/github/state/repos.ts'
import { labelled, repo } from './scenario.ts'
import { cardOf } from './landing-stage.ts'

/** What histories with people in the loop have in common (SPEC 16). */

export const pushing = 'agentLogins: [afk-agent]\nciSettleSeconds: 0\n'

/** Asks one question a turn, then works. */
export function asking(questions: readonly string[], job: Job = { ci: 'green' }): NonNullable<Setting['agent']> {
  return (world) =>
    onTask((task, turn) => {
      const question = questions[turn.turnNumber - 1]
      return question === undefined
        ? workAndPush(world.crew, task, turn, job)
        : talk(`AFK-RESULT: needs-clarification ${question}`, world.crew)
    })
}

/** Dispatched, and the agent's first turn is over. */
export async function worked(stage: Stage, seconds = 60): Promise<number> {
  const number = await labelled(stage)
  await stage.poll()
  await stage.pass(seconds)
  return number
}

/** A person writes a comment. */
export function says(stage: Stage, number: number, who: string, body: string): number {
  stage.tell(`${who} comments: ${body.split('\n')[0]}`)
  return stage.world.people.comment(repo, number, body, who).id
}

/** The account of a comment's receipt: by whom, and with what. */
export function receiptsOn(stage: Stage, comment: number): readonly string[] {
  const found = [...requireRepo(stage.world.github, repo).issues.values()]
    .flatMap(({ comments }) => comments)
    .find(({ id }) => id === comment)
  return (found?.reactions ?? []).map(({ user, content }) => `${user} ${content}`)
}

export function textOfCard(stage: Stage, number: number): string {
  const { comments } = requireIssue(requireRepo(stage.world.github, repo), number)
  return comments.find(({ body }) => parseCard(body).kind === 'card')?.body ?? ''
}

/** A person writes to the agent in T3. */
export function writesInT3(stage: Stage, text: string): void {
  const threadId = threadsOf(stage.world)[0] ?? ''
  stage.tell(`a person writes in T3: ${text}`)
  stage.world.t3.dispatch({
    type: 'thread.turn.start',
    commandId: `person:${text}`,
    threadId,
    message: { messageId: '5f0c63cf-4a06-4d3c-8f5b-0a3f6a1c2b3d', role: 'user', text, attachments: [] },
    runtimeMode: 'full-access',
    interactionMode: 'default',
    createdAt: '2026-01-01T00:00:00.000Z',
  })
}

/** Somebody reacts to the newest message of a kind. */
export function reacts(stage: Stage, kind: string, user: string, name: string): void {
  const index = stage.bells.rung.findLastIndex((message) => message.kind === kind)
  const receipt = stage.bells.posted[index]?.receipt
  if (receipt === undefined) throw new Error(`no ${kind} was rung`)
  stage.tell(`${user} reacts with :${name}:`)
  stage.bells.react(receipt, user, name)
}

export const questionsOf = (stage: Stage, number: number) => cardOf(stage, number)?.questions ?? []
export const approvalsOf = (stage: Stage, number: number) => cardOf(stage, number)?.approvals ?? []
