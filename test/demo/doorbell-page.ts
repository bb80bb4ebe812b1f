import type { Block } from '../../src/adapters/slack/blocks.ts'
import type { PostedMessage } from '../sandbox/slack/server.ts'
import { escapeHtml, htmlPage } from './html.ts'

/** The messages as Slack shows them, newest first, each with the line that a phone shows of it: Block Kit as simple HTML. */
export function doorbellPage(messages: readonly PostedMessage[]): string {
  const body = messages.length === 0 ? '<p>Nobody was rung yet.</p>' : messages.toReversed().map(messageHtml).join('')
  return htmlPage('Doorbell: the messages in Slack', body, style)
}

function messageHtml({ text, blocks, ts }: PostedMessage): string {
  const time = new Date(Number(ts) * 1000).toISOString().slice(11, 16)
  return `<article><p class="who"><b>afk</b> <span class="app">APP</span> ${time}</p>
${(blocks as readonly Block[]).map(blockHtml).join('\n')}
<details><summary>On the lock screen</summary><p>${mrkdwnHtml(text)}</p></details></article>`
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
            .replaceAll(/<[@!][^>]*>/gu, '<span class="ping">@on-call</span>')
            .replaceAll(/\*([^*\n]+)\*/gu, '<b>$1</b>')
            .replaceAll('\n', '<br>'),
    )
    .join('')
}

const style = `article{border-bottom:1px solid #dddddd;padding:.5rem 0}
p,h3{margin:.4rem 0}.who{color:#616061}.who b{color:#1d1c1d}.app{background:#e8e8e8;border-radius:3px;font-size:.65em;padding:.1em .3em}
code{color:#c01343;border:1px solid #dddddd}.ping{background:#fff0c2;color:#1264a3;border-radius:3px;padding:0 .2em}
.button{display:inline-block;border:1px solid #bbbbbb;border-radius:4px;padding:.2em .8em;color:#1d1c1d;font-weight:600;text-decoration:none;font-size:.9em}
details{color:#616061;font-size:.9em}`
