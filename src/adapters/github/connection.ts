import * as z from 'zod'
import type { Client } from './client.ts'
import type { Operation } from './errors.ts'
import type { Batch } from './graphql.ts'
import { runOne } from './graphql.ts'

export interface Page<Node> {
  readonly nodes: readonly Node[]
  /** Null on the last page. */
  readonly next: string | null
}

export const pageInfoFields = 'pageInfo { hasNextPage endCursor }'

/** A GraphQL connection with `nodes` and `pageInfo`. */
export function connectionOf<Node>(node: z.ZodType<Node>): z.ZodType<Page<Node>> {
  return z
    .object({
      nodes: z.array(node),
      pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
    })
    .transform(({ nodes, pageInfo }) => ({
      nodes,
      next: pageInfo.hasNextPage ? pageInfo.endCursor : null,
    }))
}

/** Every node of a connection whose first page is here already. */
export async function allNodes<Ref, Node>(
  client: Client,
  operation: Operation,
  pages: Batch<{ readonly ref: Ref; readonly after: string }, Page<Node>>,
  ref: Ref,
  first: Page<Node>,
): Promise<readonly Node[]> {
  const nodes = [...first.nodes]
  for (let after = first.next; after !== null;) {
    const page = await runOne(client, operation, pages, { ref, after })
    nodes.push(...page.nodes)
    after = page.next
  }
  return nodes
}
