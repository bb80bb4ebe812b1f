/** A page for people, on a screen or a phone. `body` and `style` are trusted: what comes from elsewhere goes through `escapeHtml`. */
export function htmlPage(title: string, body: string, style: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>afk: ${escapeHtml(title)}</title><style>${base}${style}</style><h1>${escapeHtml(title)}</h1>${body}</html>`
}

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

const base = `body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1f2328}
code{background:#eff2f5;border-radius:4px;padding:.1em .3em;font-size:.9em;overflow-wrap:anywhere}a{color:#0969da}
`
