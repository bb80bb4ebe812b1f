import { expect, it } from 'vitest'
import {
  asksPerTurn,
  conversationTurns,
  openFindings,
  resolvedInSilence,
  sentAndPushed,
  signatureOf,
} from '../../../src/core/landing/findings.ts'
import type { IssueComment } from '../../../src/core/model.ts'
import { noteTag } from '../../../src/core/people/note-comments.ts'
import { answerPurposes, recalledPeople } from '../../../src/core/people/lost-notes.ts'
import type { ReviewThread } from '../../../src/core/pull-model.ts'
import type { RunFacts } from '../../../src/core/run/run-facts.ts'
import { aCard, runId } from '../../builders/card.ts'
import { anIssue } from '../../builders/issue.ts'
import { aPolicy } from '../../builders/policy.ts'
import { aMessage, aThread } from '../../builders/thread.ts'
import { campaign } from './campaign.ts'
import { canary, pick, spoil, spoilOften } from './hostile.ts'

const timeout = 600_000
const at = 1_795_232_590_000

/** Of a card that is gone: afk's notes, as anybody who may write a comment would forge or mend them. */
it("lost notes: afk's own words alone, and questions with a number", { timeout }, async () => {
  const tags = ['question:1', 'question:12', 'ready-to-merge:1', 'approval:merge:abc', 'waiting:x']
  const policy = aPolicy({})
  const thread = aThread({ messages: [aMessage('answer:5', 1, at)] })
  const issue = anIssue()
  let asked = 0
  let answered = 0
  const problems = await campaign('lost notes', (random, noted) => {
    const comments = [3, 4].map((id): IssueComment => {
      const body = `x\n\n${noteTag(runId, pick(tags, random))}`
      return {
        id,
        author: { login: 'afk', kind: 'user' },
        body: random() < 0.3 ? body : spoil(body, random),
        createdAt: at + id,
        own: random() < 0.8,
        editedByOther: random() < 0.1,
      }
    })
    noted(comments)
    const said: IssueComment = {
      id: 5,
      author: { login: 'ada', kind: 'user' },
      body: canary,
      createdAt: at + 5,
      own: false,
      editedByOther: false,
    }
    const facts = {
      run: { runId },
      issue: { ...issue, comments: [...comments, said] },
      landing: { kind: 'push' },
      now: { tracker: at, executor: at },
      thread,
      policy,
      canRing: random() < 0.5,
    } as unknown as RunFacts
    const { bells, questions = [] } = recalledPeople(facts)
    const bodies = comments.filter(({ own, editedByOther }) => own && !editedByOther).map(({ body }) => body)
    const isTold = (what: string) => bodies.some((body) => body.includes(` ${what} -->`))
    const forged = Object.keys(bells).find((what) => !/^[\w:.-]+$/.test(what) || !isTold(what))
    if (forged !== undefined) return `a bell that nobody rang: ${forged}`
    for (const { number, answer, at: when } of questions) {
      if (!Number.isSafeInteger(number) || number < 1 || !isTold(`question:${number}`)) return `no question: ${number}`
      if (!Number.isSafeInteger(when) || (answer !== null && answer !== 5)) return `an answer ${answer} at ${when}`
      asked += 1
      if (answer === 5) answered += 1
    }
    const purposes = answerPurposes(facts)
    return purposes.every((purpose) => /^answer:\d+$/.test(purpose)) ? null : `answers: ${purposes.join()}`
  })
  expect(problems).toEqual([])
  expect(asked).toBeGreaterThan(1000)
  expect(answered).toBeGreaterThan(1000)
})

const head = 'a'.repeat(40)
const plain = ['PRRT_1', 'PRRT_2', 'PRRT_3']

function askOf(id: string, random: () => number): ReviewThread {
  const comments = [0, 1].slice(Math.floor(random() * 3)).map((later) => ({
    author: null,
    body: canary,
    at: at + later * 10 + Math.floor(random() * 10),
    own: random() < 0.2,
  }))
  return { id, resolved: false, path: 'a', line: 1, url: '', comments }
}

it('findings: the same whatever their order, and never more than a turn shows', { timeout }, async () => {
  const card = aCard()
  let open = 0
  let pushed = 0
  const problems = await campaign('findings', (random, noted) => {
    const ids = plain.map((id) => (random() < 0.5 ? id : spoilOften(id, random).slice(0, 100)))
    const many = random() < 0.02 ? Array.from({ length: 20 }, (_, index) => `PRRT_${index}`) : []
    const asks = [...ids.slice(Math.floor(random() * 4)), ...many].map((id) => askOf(id, random))
    const round = pick([0, 1, 2], random)
    const sent = { head: 'b'.repeat(40), signature: '', threads: [plain[0] ?? '', ...ids], round, at: at + 8 }
    const findings = random() < 0.5 ? [] : [sent]
    const review = { round: 2, pull: 7, head, at, state: 'issues', attempt: 1 }
    const reviews = random() < 0.5 ? [] : [review]
    const resolvedOwn = ids.map((id) => ({ id, saidAt: pick([0, at, at + 20], random) }))
    noted({ asks, findings, reviews, resolvedOwn })
    const landing = { kind: 'open', pull: { number: 7, head, commits: [{ sha: head }] }, asks, resolvedOwn }
    const facts = {
      landing,
      card: { ...card, findings, reviews },
      head: { commit: { sha: head } },
    } as unknown as RunFacts
    const known = new Set(asks.map(({ id }) => id))
    for (const id of sentAndPushed(facts)) {
      if (!known.has(id) || !sent.threads.includes(id)) return `pushed for nobody: ${id}`
      pushed += 1
    }
    if (resolvedInSilence(facts).some((id) => findings.length === 0 || !ids.includes(id))) return 'resolved by nobody'
    const found = openFindings(facts)
    if (found === null) return asks.length === 0 ? null : 'nothing is open'
    open += 1
    if (found.threads.length > asksPerTurn || !found.threads.every((id) => known.has(id))) return 'other conversations'
    if (!/^review:(?:2|0\.[0-9a-f]{12})$/.test(found.purpose)) return `called ${found.purpose}`
    if (!Number.isFinite(found.spokenAt)) return `spoken at ${found.spokenAt}`
    const shown = asks.slice(0, asksPerTurn)
    if (signatureOf(found.round, shown.toReversed()) !== found.signature) return 'another signature in another order'
    if (found.round !== 0) return null
    return conversationTurns(facts.landing).has(found.purpose) ? null : `${found.purpose} is not found again`
  })
  expect(problems).toEqual([])
  expect(open).toBeGreaterThan(1000)
  expect(pushed).toBeGreaterThan(1000)
})
