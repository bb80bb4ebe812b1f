import type { Block } from '../../src/adapters/slack/blocks.ts'
import type { PostedMessage } from '../sandbox/slack/messages.ts'
import { escapeHtml, htmlPage } from './html.ts'

/** The messages as Slack shows them, newest first, each with its thread and the line that a phone shows of it: Block Kit as simple HTML. */
export function doorbellPage(messages: readonly PostedMessage[]): string {
  const own = messages.filter(({ thread }) => thread === null).toReversed()
  const body = own.map((message) => messageHtml(message, messages)).join('')
  return htmlPage('Doorbell: the messages in Slack', own.length === 0 ? '<p>Nobody was rung yet.</p>' : body, style)
}

function messageHtml(message: PostedMessage, all: readonly PostedMessage[]): string {
  const { text, blocks, ts, edited, broadcast, reactions } = message
  const time = new Date(Number(ts) * 1000).toISOString().slice(11, 16)
  const notes = [edited ? '(edited)' : '', broadcast ? 'also sent to the channel' : ''].filter((note) => note !== '')
  const replies = all.filter(({ thread }) => thread === ts).map((reply) => messageHtml(reply, all))
  return `<article><p class="who"><b>afk</b> <span class="app">APP</span> ${[time, ...notes].join(' ')}</p>
${(blocks as readonly Block[]).map(blockHtml).join('\n')}
${reactions.length === 0 ? '' : `<p>${reactions.map(({ name, users }) => `<span class="reaction">${emoji(name)} ${users.length}</span>`).join(' ')}</p>`}
<details><summary>On the lock screen</summary><p>${mrkdwnHtml(text)}</p></details>
${replies.length === 0 ? '' : `<div class="thread">${replies.join('')}</div>`}</article>`
}

function blockHtml(block: Block): string {
  switch (block.type) {
    case 'header':
      return `<h3>${escapeHtml(block.text.text)}</h3>`
    case 'section':
      return `<p>${mrkdwnHtml(block.text.text)}</p>`
    case 'actions':
      return `<p>${block.elements
        .map(({ text, url }) => `<a class="button" href="${escapeHtml(url)}">${escapeHtml(text.text)}</a>`)
        .join(' ')}</p>`
  }
}

/** Slack's own order: escapes stay escaped, as HTML has the same three; code before bold, so that nothing in it is formatted. */
function mrkdwnHtml(text: string): string {
  return text
    .split(/(`[^`\n]+`)/u)
    .map((part, index) =>
      index % 2 === 1
        ? `<code>${part.slice(1, -1)}</code>`
        : part
            .replaceAll(/<!(here|channel)>/gu, '<span class="ping">@$1</span>')
            .replaceAll(/<@(U\w+)>/gu, '<span class="ping">@$1</span>')
            .replaceAll(/<[@!][^>]*>/gu, '<span class="ping">@on-call</span>')
            .replaceAll(/\*([^*\n]+)\*/gu, '<b>$1</b>')
            .replaceAll(/~([^~\n]+)~/gu, '<s>$1</s>')
            .replaceAll(/:(white_check_mark|x):/gu, (_whole, name: string) => emoji(name))
            .replaceAll('\n', '<br>'),
    )
    .join('')
}

/** Drawn with signs that every font has. */
function emoji(name: string): string {
  if (name === 'white_check_mark') return '<span class="yes">✓</span>'
  return name === 'x' ? '<span class="no">✗</span>' : `:${escapeHtml(name)}:`
}

const style = `article{border-bottom:1px solid #dddddd;padding:.5rem 0}
p,h3{margin:.4rem 0}.who{color:#616061}.who b{color:#1d1c1d}.app{background:#e8e8e8;border-radius:3px;font-size:.65em;padding:.1em .3em}
code{color:#c01343;border:1px solid #dddddd;overflow-wrap:anywhere}.ping{background:#fff0c2;color:#1264a3;border-radius:3px;padding:0 .2em}
.button{display:inline-block;border:1px solid #bbbbbb;border-radius:4px;padding:.2em .8em;color:#1d1c1d;font-weight:600;text-decoration:none;font-size:.9em}
.thread{border-left:3px solid #dddddd;margin-left:.5rem;padding-left:1rem}.thread article:last-child{border-bottom:0}
.yes,.no{display:inline-block;width:1.2em;text-align:center;border-radius:3px;color:#ffffff;background:#2eb67d}.no{background:#e01e5a}
.reaction{border:1px solid #1d9bd1;border-radius:1em;padding:.1em .6em;background:#e8f5fa}
details{color:#616061;font-size:.9em}`
