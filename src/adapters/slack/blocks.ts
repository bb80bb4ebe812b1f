import type { DoorbellMessage } from '../../core/effects.ts'
import { limits } from './limits.ts'
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
  | { readonly type: 'context'; readonly elements: readonly Mrkdwn[] }
  | { readonly type: 'actions'; readonly elements: readonly Button[] }

export interface SlackMessage {
  /** What notifications and screen readers show. */
  readonly text: string
  readonly blocks: readonly Block[]
}

/**
 * A doorbell as a Slack message that keeps every limit, whatever is in it (SPEC 9). `mention` is Slack's markup from `parseMention`
 * and the only live markup that the message can contain.
 *
 * A `done` is quiet: it mentions nobody even when asked to, and is small print under one line instead of a headline.
 */
export function renderBlocks(message: DoorbellMessage, mention: string | null): SlackMessage {
  const ping = message.mention && message.kind !== 'done' ? mention : null
  const paragraphs = message.kind === 'done' ? [smallPrint(message)] : loud(message, ping)
  return {
    text: fallback(message, ping),
    blocks: [...paragraphs.flat(), ...buttonRow(message)],
  }
}

function loud(message: DoorbellMessage, ping: string | null): Block[] {
  const issue = prose(`${message.repo}#${message.issue}`, limits.header)
  const who = ping === null ? issue : `${ping} ${issue}`
  return [
    { type: 'header', text: plainText(headlineOf(message), limits.header) },
    { type: 'context', elements: [mrkdwn(who)] },
    ...withinTotal(message.paragraphs.map((paragraph) => paragraphText(paragraph, limits.section))).map(section),
  ]
}

/** One line, and the rest as context, which Slack sets small and grey. */
function smallPrint(message: DoorbellMessage): Block[] {
  const issue = prose(`${message.repo}#${message.issue}`, limits.header)
  const notes = message.paragraphs
    .map((paragraph) => paragraphText(paragraph, 500))
    .filter((text) => text !== '')
    .slice(0, limits.contextElements)
    .map(mrkdwn)
  const line = section(`${prose(headlineOf(message), 1_000)} · ${issue}`)
  return notes.length === 0 ? [line] : [line, { type: 'context', elements: notes }]
}

function paragraphText(paragraph: DoorbellMessage['paragraphs'][number], max: number): string {
  const label = plain(paragraph.label, 60).replaceAll(/[*_~`]/gu, '')
  const quote = paragraph.quote === undefined ? '' : quoted(paragraph.quote, limits.quote)
  const head = label === '' ? '' : `*${label}*\n`
  const text = prose(paragraph.text, max - head.length - quote.length - 1)
  return `${head}${[text, quote].filter((part) => part !== '').join('\n')}`
}

/** The first paragraphs matter most: what no longer fits is left out, and said so. */
function withinTotal(texts: readonly string[]): string[] {
  const kept: string[] = []
  let length = 0
  // Header, context and buttons take three blocks, the note below one.
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

function fallback(message: DoorbellMessage, ping: string | null): string {
  const line = prose(`${headlineOf(message)} (${message.repo}#${message.issue})`, limits.text - 50)
  return ping === null ? line : `${ping} ${line}`
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
