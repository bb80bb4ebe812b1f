import { expect, it } from 'vitest'
import { parseMention } from '../../../src/adapters/slack/mention.ts'
import { readReview } from '../../../src/adapters/t3/reports.ts'
import { branchName } from '../../../src/core/branch-name.ts'
import { looksLikeCommand, parseCommand } from '../../../src/core/people/commands.ts'
import { isRunBranch } from '../../../src/core/landing/landing.ts'
import type { IssueComment, IssueFacts } from '../../../src/core/model.ts'
import { noteTag } from '../../../src/core/people/note-comments.ts'
import { noteIn, notesOf } from '../../../src/core/people/notes.ts'
import { whyCommentsOf, whyTag } from '../../../src/core/explain/why-comment.ts'
import { campaign } from './campaign.ts'
import { pick, spoil, spoilOften } from './hostile.ts'

const timeout = 600_000
const runId = '907f74de-ba8d-56f0-b318-00052416d03f'

it('commands: one of four, and an approval names a commit', { timeout }, async () => {
  const said = ['/afk stop', '/afk approve 0123456789ab', '/AFK\tstatus \nthanks', '/afk reject\r\n> no']
  let good = 0
  const problems = await campaign('commands', (random, noted) => {
    const body = noted(random() < 0.5 ? spoil(pick(said, random), random) : spoilOften(pick(said, random), random))
    const command = parseCommand(body)
    if (command === null) return null
    good += 1
    if (!looksLikeCommand(body)) return 'a command that does not look like one'
    if (command.kind === 'approve') return /^[0-9a-f]{7,40}$/.test(command.sha) ? null : 'approves no commit'
    return ['status', 'stop', 'reject'].includes(command.kind) ? null : `a command ${command.kind}`
  })
  expect(problems).toEqual([])
  expect(good).toBeGreaterThan(1000)
})

it("a reviewer's word: a whole line, outside of code", { timeout }, async () => {
  let good = 0
  const problems = await campaign('reviews', (random, noted) => {
    const text = noted(spoilOften('The diff is well.\n\nAFK-REVIEW: clean\n', random))
    const review = readReview([{ text, at: 1, streaming: random() < 0.3 }])
    if (review === null) return null
    good += 1
    if (!/^AFK-REVIEW:[ \t]+(?:clean|issues)\s*$/m.test(text.replaceAll('\r', '\n'))) return 'no such line'
    return review.kind === 'clean' && review.findings !== '' ? 'findings of a clean review' : null
  })
  expect(problems).toEqual([])
  expect(good).toBeGreaterThan(1000)
})

it('note tags: of this run, and no words but those of a tag', { timeout }, async () => {
  const body = `### afk: a note\n\n${noteTag(runId, 'question:1')}`
  let good = 0
  const problems = await campaign('note tags', (random, noted) => {
    const comment = noted(saying(random() < 0.5 ? spoil(body, random) : spoilOften(body, random), random() < 0.9))
    const facts = { run: { runId }, issue: { comments: [comment] }, landing: { kind: 'push' } }
    const notes = notesOf(facts as unknown as Parameters<typeof notesOf>[0])
    good += notes.length
    if (notes.length > 0 && !comment.own) return "somebody else's note"
    if (notes.some(({ what }) => !/^[\w:.-]+$/.test(what))) return 'a tag with other words'
    const asked = spoilOften('question:1', random)
    const found = noteIn([saying(`x\n\n${noteTag(runId, asked)}`, true)], runId, asked)
    return found === null ? 'a note that is not found again' : null
  })
  expect(problems).toEqual([])
  expect(good).toBeGreaterThan(1000)
})

it("why-comments: afk's own alone, with codes that are texts", { timeout }, async () => {
  const body = `### Why this does not start\n\n${whyTag(['pickup-delay', 'blocked'])}`
  let good = 0
  const problems = await campaign('why-comments', (random, noted) => {
    const comment = noted(saying(random() < 0.5 ? spoil(body, random) : spoilOften(body, random), random() < 0.9))
    const facts: Pick<IssueFacts, 'comments'> = { comments: [comment] }
    const { standing } = whyCommentsOf(facts)
    if (standing === null) return null
    good += 1
    if (!comment.own) return "somebody else's comment"
    return standing.codes.every((code) => typeof code === 'string') ? null : 'a code that is no text'
  })
  expect(problems).toEqual([])
  expect(good).toBeGreaterThan(1000)
})

it("branches: names that Git takes, known as the run's and nobody else's", { timeout }, async () => {
  const other = '11111111-2222-5333-8444-555555555555'
  const problems = await campaign('branches', (random, noted) => {
    const name = branchName(7, noted(spoilOften('Mend the cart', random)), runId)
    if (!/^afk\/7-[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name)) return `no branch: ${name}`
    if (!isRunBranch(name, 7, runId) || isRunBranch(name, 7, other) || isRunBranch(name, 77, runId)) return name
    const spoiled = spoilOften(`${name}-fix-2`, random)
    const isOurs = isRunBranch(spoiled, 7, runId)
    return isOurs && !(spoiled.startsWith('afk/7-') && spoiled.includes('907f74de'))
      ? `taken for ours: ${spoiled}`
      : null
  })
  expect(problems).toEqual([])
})

it('mentions: one ping of those that are allowed, or none', { timeout }, async () => {
  const problems = await campaign('mentions', (random, noted) => {
    const text = noted(spoilOften(pick(['U012345678', 'S012345678', 'here', 'channel', '@ann'], random), random))
    const mention = parseMention(text)
    return mention === undefined || /^<(?:@[UW]\w+|!subteam\^S\w+|!here|!channel)>$/.test(mention) ? null : mention
  })
  expect(problems).toEqual([])
})

function saying(body: string, own: boolean): IssueComment {
  return { id: 1, author: { login: 'afk', kind: 'user' }, body, createdAt: 1, own, editedByOther: false }
}
