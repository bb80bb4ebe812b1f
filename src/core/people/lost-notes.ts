import { approversOf } from './approvers.ts'
import type { Bell, Card, Question } from '../card/card.ts'
import type { Purpose } from '../ids.ts'
import { notesOf, spoken, type Note } from './notes.ts'
import type { RunFacts } from '../run/run-facts.ts'
import { turnsFromThread } from '../run/turns.ts'

type Facts = Omit<RunFacts, 'card'>

/**
 * What a card that is gone held of people, as far as afk's own comments and the thread still tell (SPEC 6.2, 16): nobody is asked the
 * same thing twice. An approval that somebody may give in the notifier is asked for again: where its message stands is not known any more.
 */
export function recalledPeople(facts: Facts): Pick<Card, 'questions'> & { readonly bells: Card['bells'] } {
  const notes = notesOf(facts)
  const questions = questionsOf(notes, facts)
  const known = notes.filter(({ what }) => what.startsWith('ready-to-merge:') || isAskedHere(what, facts))
  const bells = Object.fromEntries(known.map(({ what, at }): [string, Bell] => [what, { at }]))
  return { bells, ...(questions.length === 0 ? {} : { questions }) }
}

function isAskedHere(what: string, { policy, canRing }: Facts): boolean {
  if (what.startsWith('question:')) return true
  return what.startsWith('approval:') && (!canRing || approversOf(policy.approval.by).members.length === 0)
}

/** Answers are turns that the thread has got; one that it has not got may have been given there. */
function questionsOf(notes: readonly Note[], facts: Facts): readonly Question[] {
  const asked = notes
    .flatMap(({ what, at }) => {
      const number = Number(/^question:([1-9]\d{0,5})$/u.exec(what)?.[1] ?? 0)
      return number === 0 ? [] : [{ number, at }]
    })
    .toSorted((a, b) => a.number - b.number)
  if (asked.length === 0) return []
  const answers = turnsFromThread(facts.run.runId, facts.thread, [], facts.now.tracker, answerPurposes(facts)).filter(
    ({ purpose }) => purpose.startsWith('answer:'),
  )
  return asked.map(({ number, at }, index) => {
    const given = answers[index]
    const later = asked[index + 1]
    return {
      number,
      at,
      answer: given === undefined ? null : Number(given.purpose.slice('answer:'.length)),
      answeredAt: given === undefined ? (later?.at ?? null) : facts.now.tracker,
    }
  })
}

/** What a turn with an answer would be called: only where something was asked, for each name costs some eighty hashes. */
export function answerPurposes(facts: Facts): readonly Purpose[] {
  const first = notesOf(facts).find(({ what }) => what.startsWith('question:'))
  if (first === undefined) return []
  return spoken(facts)
    .filter(({ own, createdAt }) => !own && createdAt >= first.at)
    .map(({ id }): Purpose => `answer:${id}`)
}
