import type { Reply } from '../http/exchange.ts'
import type { Repo } from '../state/model.ts'
import type { Call } from './call.ts'

/** One page of a list as an array, with GitHub's Link header. */
export function listReply<T>(call: Call, repo: Repo, items: T[], present: (item: T) => unknown): Reply {
  const { slice, headers } = pageOf(call, repo, items)
  return { status: 200, body: slice.map(present), headers }
}

/** The same for the lists that come in an object with `total_count`. */
export function countedReply<T>(call: Call, repo: Repo, key: string, items: T[], present: (item: T) => unknown): Reply {
  const { slice, headers } = pageOf(call, repo, items)
  return { status: 200, body: { total_count: items.length, [key]: slice.map(present) }, headers }
}

/** The slice asked for and the headers that lead to the other pages. More than 100 is cut to 100, as GitHub does. */
export function pageOf<T>(call: Call, repo: Repo, items: T[]): { slice: T[]; headers: Record<string, string> } {
  const size = Math.min(100, Math.max(1, Number(call.query['per_page'] ?? 30)))
  const page = Math.max(1, Number(call.query['page'] ?? 1))
  const last = Math.max(1, Math.ceil(items.length / size))
  const links = [
    ...(page > 1 ? [link(call, repo, page - 1, 'prev')] : []),
    ...(page < last ? [link(call, repo, page + 1, 'next'), link(call, repo, last, 'last')] : []),
    ...(page > 1 ? [link(call, repo, 1, 'first')] : []),
  ]
  const headers: Record<string, string> = links.length > 0 ? { link: links.join(', ') } : {}
  return { slice: items.slice((page - 1) * size, page * size), headers }
}

/** GitHub's page links name the repository by its id, whatever name was asked for. */
function link(call: Call, repo: Repo, page: number, rel: string): string {
  const path = call.rest.split('?')[0] ?? ''
  const query = new URLSearchParams({ ...call.query, page: String(page) })
  return `<${call.base}/repositories/${repo.id}${path}?${query.toString()}>; rel="${rel}"`
}
