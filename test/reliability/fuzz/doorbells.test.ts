import { expect, it } from 'vitest'
import { renderBlocks, type SlackMessage } from '../../../src/adapters/slack/blocks.ts'
import { limits } from '../../../src/adapters/slack/limits.ts'
import { plain, prose, quoted } from '../../../src/adapters/slack/text.ts'
import type { DoorbellMessage } from '../../../src/core/effects.ts'
import { campaign } from './campaign.ts'
import { pick, pieces, spoil, spoilOften } from './hostile.ts'

/** What a doorbell shows of other people's words: no ping, no link, no formatting, and never more than Slack takes. */

const timeout = 600_000

it('texts for Slack: one kind of text each, and nothing live in it', { timeout }, async () => {
  let cut = 0
  const problems = await campaign('texts for Slack', (random, noted) => {
    const text = noted(spoilOften(pick(pieces, random), random).slice(0, random() < 0.02 ? 20_000 : 400))
    const max = pick([20, 300, 3000], random)
    const code = quoted(text, max)
    if (code !== '' && !(code.startsWith('`') && code.endsWith('`') && code.length > 2)) return `no code: ${code}`
    if (code.length > max + 2) return `${code.length} characters of code`
    if (code.endsWith('…`')) cut += 1
    const words = prose(text, max)
    if (words.length > max) return `${words.length} characters`
    const still = liveIn(code.slice(1, -1)) ?? liveIn(words.replaceAll('\n', ' '))
    if (still !== null) return still
    const bare = plain(text, max)
    return bare.length > max || /[<>&]|\p{Cc}|\p{Cf}/u.test(bare) || !bare.isWellFormed() ? `plain: ${bare}` : null
  })
  expect(problems).toEqual([])
  expect(cut).toBeGreaterThan(1000)
})

/** Slack's markup starts with `<`, its entities with `&`, and a backtick would end the code around it. */
function liveIn(text: string): string | null {
  if (/[<>`]|&(?!amp;|lt;|gt;)/.test(text)) return `markup is left: ${text}`
  return /\p{Cc}|\p{Cf}/u.test(text) || !text.isWellFormed() ? `it is obeyed: ${JSON.stringify(text)}` : null
}

const mention = '<@U012345678>'
const ends = [{ login: 'ada' }, { member: 'U087654321' }, null] as const
const links = ['https://github.example/acme/shop/issues/1', 'http://t3.example/x', 'https://']

function messageOf(random: () => number): DoorbellMessage {
  const by = pick(ends, random)
  const hostile = () =>
    random() < 0.5 ? 'still red' : spoil(pick(pieces, random), random).slice(0, random() < 0.01 ? 4000 : 100)
  const who = by === null ? null : 'login' in by ? { login: hostile() } : { member: spoil(by.member, random) }
  const paragraphs = ['', '*_~`'].slice(Math.floor(random() * 2)).map((label) => ({
    label,
    text: hostile(),
    ...(random() < 0.5 ? { quote: hostile() } : {}),
  }))
  return {
    kind: pick(['done', 'needs-human', 'frozen', 'question'], random),
    headline: random() < 0.7 ? 'acme/shop#1 needs you' : hostile(),
    repo: random() < 0.9 ? 'acme/shop' : hostile(),
    issue: 1,
    paragraphs,
    buttons: [{ label: 'Issue', url: random() < 0.5 ? pick(links, random) : spoil(pick(links, random), random) }],
    mention: random() < 0.5,
    ...(random() < 0.3 ? { resolved: { what: 'Answered', by: who, at: 1_795_232_590_000 } } : {}),
  }
}

it('doorbells: within the limits, with no ping but the one that is meant', { timeout }, async () => {
  let loud = 0
  const problems = await campaign('doorbells', (random, noted) => {
    const message = noted(messageOf(random))
    const rendered = renderBlocks(message, mention)
    const texts = textsOf(rendered)
    if (rendered.blocks.length > limits.blocks) return `${rendered.blocks.length} blocks`
    const isPinged = message.mention && message.kind !== 'done' && message.resolved === undefined
    if (isPinged) loud += 1
    for (const text of texts) {
      if (text.length > 3000 || text === '') return `${text.length} characters`
      const left = text
        .replace(isPinged ? mention : '', '')
        .replace(message.resolved ? /by <@[UW]\w+> · /u : '', 'by · ')
      if (/[<>]|&(?!amp;|lt;|gt;)/.test(left)) return `markup is left: ${text}`
      if (/(?!\n)\p{Cc}|\p{Cf}/u.test(text) || !text.isWellFormed()) return `it is obeyed: ${JSON.stringify(text)}`
    }
    const bad = linksOf(rendered).find((url) => !/^https?:\/\/[\x21-\x7E]+$/.test(url) || url.length > limits.buttonUrl)
    return bad === undefined ? null : `a button to ${bad}`
  })
  expect(problems).toEqual([])
  expect(loud).toBeGreaterThan(1000)
})

function textsOf({ text, blocks }: SlackMessage): readonly string[] {
  return [text, ...blocks.flatMap((block) => (block.type === 'actions' ? [] : [block.text.text]))]
}

function linksOf({ blocks }: SlackMessage): readonly string[] {
  return blocks.flatMap((block) => (block.type === 'actions' ? block.elements.map(({ url }) => url) : []))
}
