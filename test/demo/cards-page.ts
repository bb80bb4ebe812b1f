import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { marked } from 'marked'
import { requireRepo } from '../sandbox/github/state/repos.ts'
import type { World } from '../sandbox/world.ts'

/** A small page that shows the issues with their labels and afk's cards, as a browser would on GitHub. For people, on loopback only. */
export async function serveCards(world: World, repos: readonly string[]): Promise<{ url: string; close: () => void }> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(page(world, repos))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

function page(world: World, repos: readonly string[]): string {
  return `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>afk: cards</title><style>${style}</style>
<h1>Issues and their cards</h1>${repos.map((repo) => repoHtml(world, repo)).join('')}`
}

function repoHtml(world: World, name: string): string {
  const issues = requireRepo(world.github, name).issues
  return `<h2>${escape(name)}</h2>${issues
    .map(
      (
        issue,
      ) => `<article><h3><span class="${issue.state}">${issue.state}</span> #${issue.number} ${escape(issue.title)}</h3>
<p>${issue.labels.map((label) => `<span class="label">${escape(label.name)}</span>`).join(' ')}</p>
${issue.comments.map((comment) => `<section>${marked.parse(comment.body, { async: false, gfm: true })}</section>`).join('')}</article>`,
    )
    .join('')}`
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1f2328}
article{border:1px solid #d1d9e0;border-radius:8px;padding:.5rem 1rem;margin:1rem 0}
section{border-left:4px solid #d1d9e0;padding-left:1rem;margin:1rem 0}
.label{background:#ddf4ff;border-radius:1em;padding:.1em .6em;font-size:.85em}
.open,.closed{color:#fff;border-radius:1em;padding:.1em .6em;font-size:.8em}.open{background:#1a7f37}.closed{background:#8250df}
table{border-collapse:collapse}td,th{border:1px solid #d1d9e0;padding:.2em .6em}code{background:#eff2f5;padding:.1em .3em}
li:has(>input){list-style:none}`
