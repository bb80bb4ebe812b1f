import type { DoorbellMessage, Resolution } from '../../core/effects.ts'
import { instantText } from '../../core/text/instant-text.ts'
import { limits } from './limits.ts'
import { memberMarkup } from './mention.ts'
import { plain, prose, quoted } from './text.ts'

interface PlainText {
  readonly type: 'plain_text'
  readonly text: string
  readonly emoji: false
}

interface Mrkdwn {
  readonly type: 'mrkdwn'
  readonly text: string
  /** Slack links nothing by itself: no bare address, no channel's name. */
  readonly verbatim: true
}

interface Button {
  readonly type: 'button'
  readonly text: PlainText
  readonly url: string
  readonly action_id: string
}

export type Block =
  | { readonly type: 'header'; readonly text: PlainText }
  | { readonly type: 'section'; readonly text: Mrkdwn }
  | { readonly type: 'actions'; readonly elements: readonly Button[] }

export interface SlackMessage {
  /** What notifications and screen readers show. */
  readonly text: string
  readonly blocks: readonly Block[]
}

/**
 * A doorbell as a Slack message that keeps every limit, whatever is in it (SPEC 9). `mention` is Slack's markup from `parseMention`
 * and the only live markup that the message can contain. A paragraph without a label belongs to the headline: it stands beside it in
 * the fallback, which is all that a phone shows of the message at first, and right under it in a loud one.
 *
 * A `done` is quiet: it mentions nobody even when asked to, and is one line above its buttons.
 */
export function renderBlocks(message: DoorbellMessage, mention: string | null): SlackMessage {
  if (message.resolved) return renderResolved(message, message.resolved)
  const ping = message.mention && message.kind !== 'done' ? mention : null
  const lead = message.paragraphs.filter((paragraph) => labelOf(paragraph) === '')
  const blocks = message.kind === 'done' ? [section(inOneLine(message, message.paragraphs))] : loud(message, lead, ping)
  return {
    text: withPing(ping, inOneLine(message, lead)),
    blocks: [...blocks, ...buttonRow(message)],
  }
}

type Paragraph = DoorbellMessage['paragraphs'][number]

/** What asked for something and does so no more: struck out, with the end of it, in two quiet lines. A header cannot be struck. */
function renderResolved(message: DoorbellMessage, resolution: Resolution): SlackMessage {
  const end = endingOf(resolution)
  const headline = headlineOf({ ...message, headline: message.headline.replaceAll('~', '') })
  const struck = `~${prose(headline, 500)}~`
  return {
    text: `${end} · ${inOneLine(message, [])}`,
    blocks: [section(joined([struck, ...message.paragraphs.map(inline)])), section(end), ...buttonRow(message)],
  }
}

function endingOf({ what, by, at }: Resolution): string {
  const who = by === null ? '' : 'login' in by ? quoted(by.login, 100) : memberMarkup(by.member)
  return [
    `*${plain(what, 100).replaceAll(/[*_~`]/gu, '')}*`,
    ...(who === '' ? [] : [`by ${who}`]),
    '·',
    instantText(at),
  ].join(' ')
}

function loud(message: DoorbellMessage, lead: readonly Paragraph[], ping: string | null): Block[] {
  const under = withPing(ping, joined(lead.map(inline)))
  const rest = message.paragraphs.filter((paragraph) => !lead.includes(paragraph))
  return [
    { type: 'header', text: plainText(headlineOf(message), limits.header) },
    ...(under === '' ? [] : [section(under)]),
    ...withinTotal(rest.map((paragraph) => paragraphText(paragraph, limits.section))).map(section),
  ]
}

function withPing(ping: string | null, line: string): string {
  return [ping ?? '', line].filter((part) => part !== '').join(' ')
}

function inOneLine(message: DoorbellMessage, paragraphs: readonly Paragraph[]): string {
  return joined([prose(headlineOf(message), 500), ...paragraphs.map(inline)])
}

/** As many as have room in one section beside a mention. */
function joined(parts: readonly string[]): string {
  let line = ''
  for (const part of parts) {
    if (part === '') continue
    const next = line === '' ? part : `${line} · ${part}`
    if (next.length > limits.line) return `${line} · …`
    line = next
  }
  return line
}

function inline(paragraph: Paragraph): string {
  const label = labelOf(paragraph)
  return [label === '' ? '' : `*${label}*`, prose(paragraph.text.replaceAll(/\s+/gu, ' '), 500), quoteOf(paragraph)]
    .filter((part) => part !== '')
    .join(' ')
}

function paragraphText(paragraph: Paragraph, max: number): string {
  const quote = quoteOf(paragraph)
  const head = `*${labelOf(paragraph)}*\n`
  const text = prose(paragraph.text, max - head.length - quote.length - 1)
  return `${head}${[text, quote].filter((part) => part !== '').join('\n')}`
}

function labelOf({ label }: Paragraph): string {
  return plain(plain(label, 60).replaceAll(/[*_~`]/gu, ''), 60)
}

function quoteOf({ quote }: Paragraph): string {
  return quote === undefined ? '' : quoted(quote, limits.quote)
}

/** The first paragraphs matter most: what no longer fits is left out, and said so. */
function withinTotal(texts: readonly string[]): string[] {
  const kept: string[] = []
  let length = 0
  // Header, the line under it and buttons take three blocks, the note below one.
  const most = limits.blocks - 4
  for (const text of texts) {
    if (text === '') continue
    length += text.length
    if (length > limits.total || kept.length === most) return [...kept, 'The rest is on the card of the issue.']
    kept.push(text)
  }
  return kept
}

function buttonRow(message: DoorbellMessage): Block[] {
  const elements = message.buttons
    .map(({ label, url }) => ({ label, url: readLink(url) }))
    .filter((button): button is { label: typeof button.label; url: string } => button.url !== null)
    .slice(0, limits.buttons)
    .map(({ label, url }, index): Button => ({
      type: 'button',
      text: plainText(label, limits.buttonLabel),
      url,
      action_id: `open-${index}`,
    }))
  return elements.length === 0 ? [] : [{ type: 'actions', elements }]
}

/** Slack refuses the whole message for one bad address, so a bad one costs its button only. */
function readLink(url: string): string | null {
  const parsed = URL.parse(url)
  if (parsed === null || (parsed.protocol !== 'https:' && parsed.protocol !== 'http:')) return null
  // The parser forgives blanks and control characters at the ends; its own form has none, and only ASCII.
  return parsed.href.length > limits.buttonUrl ? null : parsed.href
}

/** Slack refuses an empty header. */
function headlineOf(message: DoorbellMessage): string {
  return plain(message.headline, limits.header) === ''
    ? `afk: ${message.kind}`
    : message.headline.replaceAll(/\s+/gu, ' ')
}

function section(text: string): Block {
  return { type: 'section', text: mrkdwn(text) }
}

function mrkdwn(text: string): Mrkdwn {
  return { type: 'mrkdwn', text, verbatim: true }
}

function plainText(text: string, max: number): PlainText {
  return { type: 'plain_text', text: plain(text, max), emoji: false }
}
