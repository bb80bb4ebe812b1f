/**
 * The branch of a run: `afk/<number>-<slug>-<first 8 of runId>` (SPEC 5.3). The slug is the title in lower-case ASCII letters, digits
 * and dashes, at most 40 of them, and `issue` where a title has none.
 */
export function branchName(number: number, title: string, runId: string): string {
  return `afk/${number}-${slugOf(title)}-${runId.slice(0, 8)}`
}

function slugOf(title: string): string {
  const words = title
    .slice(0, 400)
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .match(/[a-z0-9]+/g)
  const slug = (words ?? []).join('-').slice(0, 40).replace(/-$/u, '')
  return slug === '' ? 'issue' : slug
}
