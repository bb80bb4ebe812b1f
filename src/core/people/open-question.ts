import type { Card, Question } from '../card/card.ts'
import type { Instant, ThreadView } from '../model.ts'
import { isDrivenByPerson } from '../run/turns.ts'

/** The question that waits for people; null when none does (SPEC 16.1). */
export function openQuestion({ questions = [] }: Card): Question | null {
  return questions.find(({ answeredAt }) => answeredAt === null) ?? null
}

/** Who writes to the agent in the executor answers there: nobody is asked on the issue any more (SPEC 16.4). */
export function withAnswerInExecutor(card: Card, thread: ThreadView, now: Instant): Card {
  const open = openQuestion(card)
  if (open?.after === undefined) return card
  const last = thread.messages.at(-1)?.id
  if (last === undefined || last === open.after || !isDrivenByPerson(card, thread)) return card
  return withAnswered(card, null, now)
}

/** The open question, as answered: by this comment, or in the executor (null). */
export function withAnswered(card: Card, comment: number | null, at: Instant): Card {
  return {
    ...card,
    questions: (card.questions ?? []).map((question) =>
      question.answeredAt === null ? { ...question, answer: comment, answeredAt: at } : question,
    ),
  }
}
