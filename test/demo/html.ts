/**
 * A page for people, on a screen or a phone. `body` and `style` are trusted: what comes from elsewhere goes through `escapeHtml`. Links to
 * issues lead to the page of the cards; behind the others there is no page, and a click on one leads to the words that say so.
 */
export function htmlPage(title: string, body: string, style: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>afk: ${escapeHtml(title)}</title><style>${base}${style}</style><h1>${escapeHtml(title)}</h1>
<p id="made-up">All of this is made up. Links to issues lead to the page of the cards; commits, checks, pull requests and threads have no page here.</p>
${body.replaceAll(/href="([^"]*)"/gu, (_whole, url: string) => `href="${placeHere(url)}"`)}</html>`
}

function placeHere(url: string): string {
  const [, repo, issue] = /^https:\/\/github\.com\/([^/]+\/[^/]+)\/issues\/(\d+)/u.exec(url) ?? []
  return repo === undefined ? '#made-up' : `/#${repo}/${String(issue)}`
}

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

const base = `body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1f2328}
code{background:#eff2f5;border-radius:4px;padding:.1em .3em;font-size:.9em;overflow-wrap:anywhere}a{color:#0969da}
#made-up{color:#59636e}:target{background:#fff8c5}
`
