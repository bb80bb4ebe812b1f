export interface PageArgs {
  first?: number | null
  last?: number | null
  after?: string | null
  before?: string | null
}

/** A Relay connection over a list that is sorted already. Nodes are made only for the page. */
export function connection<T>(items: T[], args: PageArgs, toNode: (item: T) => unknown) {
  const from = args.after ? positionOf(args.after) + 1 : 0
  const to = args.before ? positionOf(args.before) : items.length
  let start = Math.max(0, from)
  let end = Math.min(items.length, to)
  if (typeof args.first === 'number') end = Math.min(end, start + args.first)
  if (typeof args.last === 'number') start = Math.max(start, end - args.last)
  const slice = items.slice(start, Math.max(start, end))
  const cursor = (index: number): string => Buffer.from(`cursor:${start + index}`).toString('base64')
  return {
    totalCount: items.length,
    nodes: () => slice.map(toNode),
    edges: () => slice.map((item, index) => ({ cursor: cursor(index), node: toNode(item) })),
    pageInfo: {
      hasNextPage: start + slice.length < items.length,
      hasPreviousPage: start > 0,
      startCursor: slice.length > 0 ? cursor(0) : null,
      endCursor: slice.length > 0 ? cursor(slice.length - 1) : null,
    },
  }
}

function positionOf(cursor: string): number {
  const match = /^cursor:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString('utf8'))
  if (!match) throw new Error(`\`${cursor}\` does not appear to be a valid cursor.`)
  return Number(match[1])
}
