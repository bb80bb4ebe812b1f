import { stop, wait } from '../run/decisions.ts'
import { isRung } from '../doorbell/ring-effects.ts'
import { age } from '../label-history.ts'
import { openQuestion, withAnswerInExecutor } from './open-question.ts'
import type { RunDecision } from '../run/run-decision.ts'
import type { RunFacts } from '../run/run-facts.ts'
import { paid } from '../run/run-limits.ts'
import { nextAttempt } from '../run/turns.ts'

/**
 * A question of the agent's (SPEC 16.1): asked once, waited for, and answered by the first trusted comment after it. More questions
 * than a run may ask end it, and so does an answer that never comes.
 */
export function clarification(facts: RunFacts, words: string): RunDecision {
  const { policy, people, now, thread } = facts
  const card = withAnswerInExecutor(facts.card, thread, now.tracker)
  const open = openQuestion(card)
  if (open === null) {
    const asked = card.questions?.length ?? 0
    if (asked >= policy.maxQuestions) return stop('needs-clarification', { asked }, words)
    const question = asked + 1
    return { kind: 'ask', code: 'question', facts: { question }, question, words }
  }
  const bell = card.bells[`question:${open.number}`]
  // People have their time from the doorbell on, where it could not be rung at once (SPEC 3.8).
  const since = Math.max(open.at, bell?.at ?? 0)
  const told = { question: open.number, seconds: Math.floor(age(now.tracker, since) / 1000) }
  if (people.answer !== null) {
    const comment = people.answer
    const attempt = nextAttempt(card, `answer:${comment.id}`, thread)
    return (
      paid(facts) ?? { kind: 'answer', code: 'answered', facts: { ...told, comment: comment.id }, comment, attempt }
    )
  }
  if (told.seconds > policy.questionMaxSeconds)
    return stop('unanswered', told, `nobody answered the agent's question: ${words}`)
  return bell === undefined || isRung(bell)
    ? wait('question', told)
    : { kind: 'ask', code: 'question', facts: told, question: open.number, words }
}
