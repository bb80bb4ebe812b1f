import { marked } from 'marked'
import { explainSkip } from '../../src/core/explain/explain.ts'
import { requireRepo } from '../sandbox/github/state/repos.ts'
import type { World } from '../sandbox/world.ts'
import { escapeHtml, htmlPage } from './html.ts'

/** The issues with their labels and afk's cards, about as a browser shows them on GitHub; `skipOf` gives the codes of a skipped one. */
export function cardsPage(
  world: World,
  repos: readonly string[],
  skipOf: (repo: string, issue: number) => readonly string[],
): string {
  const body = repos.map((repo) => repoHtml(world, repo, (issue) => skipOf(repo, issue))).join('')
  return htmlPage('Issues and their cards', body, style)
}

function repoHtml(world: World, name: string, skipOf: (issue: number) => readonly string[]): string {
  const issues = requireRepo(world.github, name).issues.map(
    (issue) => `<article id="${escapeHtml(`${name}/${issue.number}`)}">
<h3><span class="${issue.state}">${issue.state}</span> #${issue.number} ${escapeHtml(issue.title)}</h3>
${issue.labels.length === 0 ? '' : `<p>${issue.labels.map((label) => labelHtml(label.name)).join(' ')}</p>`}
${issue.comments.map(({ body }) => `<section>${marked.parse(body, { async: false, gfm: true })}</section>`).join('')}
${issue.comments.length === 0 ? skipHtml(skipOf(issue.number)) : ''}</article>`,
  )
  return `<h2>${escapeHtml(name)}</h2>${issues.join('')}`
}

/** A skipped issue gets no card: its reasons stand in the log, and here, so that one sees why nothing happens. */
function skipHtml(codes: readonly string[]): string {
  const reasons = codes
    .filter((code) => code !== 'not-evaluated')
    .map((code) => {
      const { title, meaning, remedy } = explainSkip(code)
      return `<p><b>Skipped: ${escapeHtml(title)}</b> <code>${escapeHtml(code)}</code><br>${escapeHtml(meaning)}</p><p><b>What to do:</b> ${escapeHtml(remedy)}</p>`
    })
  return reasons.length === 0 ? '' : `<aside>${reasons.join('')}<p><small>From the poller's log.</small></p></aside>`
}

function labelHtml(name: string): string {
  const kind = { 'ready-for-agent': 'ready', 'agent-in-progress': 'busy', 'ready-for-human': 'human' }[name] ?? 'other'
  return `<span class="label ${kind}">${escapeHtml(name)}</span>`
}

const style = `article{border:1px solid #d1d9e0;border-radius:8px;padding:.25rem 1rem;margin:1rem 0}
section{border-left:4px solid #d1d9e0;padding-left:1rem;margin:1rem 0}
aside{border-left:4px solid #d4a72c;background:#fff8c5;padding:.1rem 1rem;margin:1rem 0}
.label{border-radius:1em;padding:.1em .7em;font-size:.85em;white-space:nowrap}
.ready{background:#1f883d;color:#fff}.busy{background:#fbca04}.human{background:#d1242f;color:#fff}.other{background:#ddf4ff}
.open,.closed{color:#fff;border-radius:1em;padding:.15em .7em;font-size:.8em;font-weight:500}
.open{background:#1f883d}.closed{background:#8250df}
ul{padding-left:1.4em}ul:has(>li>input){padding-left:0;list-style:none}li>input{margin:0 .4em 0 0}
details{margin:.4rem 0}details>table{margin:.5rem 0 1rem}summary{cursor:pointer}
table{border-collapse:collapse;display:block;overflow-x:auto}td,th{border:1px solid #d1d9e0;padding:.2em .6em;text-align:left}`
