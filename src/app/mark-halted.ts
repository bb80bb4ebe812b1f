import { age } from '../core/label-history.ts'
import type { IssueFacts, IssueRef } from '../core/model.ts'
import type { PortError } from '../ports/errors.ts'
import { applyContext } from './apply.ts'
import { writeCard } from './apply-card.ts'
import type { Halt, Halted } from './halt.ts'
import { cardOfThread } from './halted-card.ts'
import { interruptedEarlier } from './interrupted-earlier.ts'
import { lookAgain } from './look-again.ts'
import { asPortError, type Tick } from './tick.ts'

/** What became of the card of a run whose agent was interrupted. */
export interface Mark {
  /** `none`: there is no card that should say it, because the run has ended, or its dispatch died before its card. */
  readonly result: 'marked' | 'already' | 'none' | 'failed'
  readonly why: string | null
  /** What to do about a `failed` one. */
  readonly remedy: string | null
}

/** A thread and what became of its run's card. `earlier`: found at rest as an interrupt leaves it, with a card that does not say so. */
export type Marked = Omit<Halted, 'state' | 'result'> & {
  readonly state: Halted['state'] | 'failed'
  readonly result: Halted['result'] | 'earlier'
  readonly card: Mark
}

export interface MarkOptions {
  /** Its world need not be able to write more than `tracker.editComment`. */
  readonly tick: Tick
  /** How long a tick may be under way. */
  readonly tickSeconds: number
  readonly sleep: (ms: number) => Promise<void>
  readonly say: (what: string) => void
}

/**
 * Marks the open card of every run with an interrupted thread as halted, by GitHub's clock; a card that has the mark is left alone, so
 * it can be repeated. Only cards that are believed are touched, and only by the account that wrote them: an edit by any other ends a run
 * as `card-tampered` (SPEC 6.2). One run's failure never stops another's. Throws PortError when the cards cannot be looked for at all.
 *
 * What remains: GitHub knows no conditional edit. A tick that was under way when the switch was thrown may write the card in the
 * milliseconds between our last look and our edit, and then afk forgets what that tick recorded: a turn that it sent is still known by
 * its thread, but a retry may count once less, and a yes may be asked for or a doorbell be rung once more. Against that the card is read
 * right before it is written, with no pause and no other request in between; whatever changed since the look before that is a conflict
 * and begins anew; and a card that was edited within the length of a tick is given some seconds first. The other way round nothing is
 * lost: such a tick finds our mark by its own look and leaves that card to the next one.
 */
export async function markHalted(halt: Halt, options: MarkOptions): Promise<readonly Marked[]> {
  options.say('reading the cards')
  const earlier = await interruptedEarlier(halt.resting, options.tick)
  const marked: Marked[] = []
  let down: Mark | null = null
  for (const one of [...halt.halted, ...earlier]) {
    if (one.result === 'failed') {
      marked.push({ ...one, card: { result: 'none', why: 'its agent was not interrupted', remedy: null } })
      continue
    }
    const { repo, issue: number } = one
    if (number === null) {
      const why = 'its title in T3 names no issue any more: armed again, the watcher finds its run by its id'
      marked.push({ ...one, card: { result: 'none', why, remedy: null } })
      continue
    }
    // GitHub wants a second between two writes, and it must not fall between the last look and the edit.
    if (marked.some(({ card }) => card.result === 'marked')) await options.sleep(secondMs)
    options.say(`marking the card of ${repo}#${number}`)
    const run = { issue: { repo, number }, thread: one.thread }
    const tried: Tried = down === null ? await markRun(run, options) : { mark: down }
    if (tried.isDown === true) down = tried.mark
    marked.push({ ...one, card: tried.mark })
  }
  return marked
}

const secondMs = 1000
/** Looks at one card before it is given up, and those of them that only wait for a tick that may be under way. */
const looks = 6
const patientLooks = 3

interface Tried {
  readonly mark: Mark
  /** What failed is GitHub as a whole: the others need not be tried. */
  readonly isDown?: boolean
}

async function markRun(
  one: { readonly issue: IssueRef; readonly thread: string },
  options: MarkOptions,
): Promise<Tried> {
  for (let look = 1; look <= looks; look += 1) {
    if (look > 1) await options.sleep(secondMs)
    try {
      const mark = await markOnce(one, options, look <= patientLooks)
      if (mark !== null) return { mark }
    } catch (thrown) {
      const error = asPortError(thrown)
      if (!retried.has(error.category)) {
        const mark = failed(`${error.category}: ${error.message}`, againRemedy)
        return { mark, isDown: ['auth', 'rate', 'unavailable'].includes(error.category) }
      }
    }
  }
  return { mark: failed(`its card was changed each of ${looks} times that it was looked at`, againRemedy) }
}

/** The card was changed, or deleted, between two looks. */
const retried: ReadonlySet<PortError['category']> = new Set(['conflict', 'not-found'])

/** Null: not now, look again. */
async function markOnce(
  { issue, thread }: { readonly issue: IssueRef; readonly thread: string },
  { tick, tickSeconds }: MarkOptions,
  isPatient: boolean,
): Promise<Mark | null> {
  const facts = await lookAgain({ tick, issue })
  const found = facts === null ? null : cardOfThread(facts, thread)
  if (facts === null || found === null) {
    return { result: 'none', why: 'no open card of this run stands on the issue', remedy: null }
  }
  if (found.kind === 'foreign') {
    const self = await tick.world.tracker.self()
    return failed(
      `its card is by ${found.author ?? 'an account that is gone'}, and this token is ${self.login}'s: an edit by another account would end the run as card-tampered`,
      `run halt again with afk's own GitHub token (AFK_GITHUB_TOKEN or AFK_GITHUB_TOKEN_FILE, or afk's App)`,
    )
  }
  if (found.kind === 'tampered') {
    return {
      result: 'none',
      why: 'its card was edited by somebody else: armed again, afk ends it as card-tampered',
      remedy: null,
    }
  }
  if (found.card.halted !== undefined) return { result: 'already', why: null, remedy: null }
  const now = tick.world.tracker.now() ?? found.changedAt
  if (isPatient && age(now, found.changedAt) <= tickSeconds * 1000) return null
  await writeCard(
    { ...found.card, halted: now },
    applyContext(tick, issue, found.card.runId, withoutDoubles(facts, found)),
  )
  return { result: 'marked', why: null, remedy: null }
}

/** Doubles are the watcher's to delete: no other write may come between the last look and the edit. */
function withoutDoubles(facts: IssueFacts, { doubles }: { readonly doubles: readonly number[] }): IssueFacts {
  return { ...facts, comments: facts.comments.filter(({ id }) => !doubles.includes(id)) }
}

const againRemedy = 'run halt again: it marks the cards that are not marked yet'

function failed(why: string, remedy: string): Mark {
  return { result: 'failed', why, remedy }
}
