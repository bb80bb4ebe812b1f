import { stop, wait } from './decisions.ts'
import { age } from './label-history.ts'
import type { RunDecision } from './run-decision.ts'
import type { RunFacts } from './run-facts.ts'
import { paid } from './run-limits.ts'
import { nextAttempt } from './turns.ts'

/**
 * A question of the agent's (SPEC 16.1): asked once, waited for, and answered by the first trusted comment after it. More questions
 * than a run may ask end it, and so does an answer that never comes.
 */
export function clarification(facts: RunFacts, words: string): RunDecision {
  const { card, policy, people, now, thread } = facts
  const questions = card.questions ?? []
  const open = questions.find(({ answer }) => answer === null)
  if (open === undefined) {
    if (questions.length >= policy.maxQuestions) return stop('needs-clarification', { asked: questions.length }, words)
    const question = questions.length + 1
    return { kind: 'ask', code: 'question', facts: { question }, question, words }
  }
  const facts_ = { question: open.number, seconds: Math.floor(age(now.tracker, open.at) / 1000) }
  if (people.answer !== null) {
    const comment = people.answer
    const attempt = nextAttempt(card, `answer:${comment.id}`, thread)
    return (
      paid(facts) ?? { kind: 'answer', code: 'answered', facts: { ...facts_, comment: comment.id }, comment, attempt }
    )
  }
  return facts_.seconds > policy.questionMaxSeconds
    ? stop('unanswered', facts_, `nobody answered the agent's question: ${words}`)
    : wait('question', facts_)
}

/** `/afk status`: told once, whatever else goes on. */
export function tellStatus({ people }: RunFacts): RunDecision | null {
  const command = people.commands.find(({ kind }) => kind === 'status')
  return command === undefined ? null : { kind: 'tell-status', code: 'status', facts: { by: command.by }, command }
}
