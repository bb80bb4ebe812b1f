import * as z from 'zod'

/** A hundred labels are the most that GitHub lets an issue carry: one page has them all. */
export const summaryFields = `number title url body
  labels(first: 100) { nodes { name } }
  issueDependenciesSummary { blockedBy }`

export const summaryShape = {
  number: z.int(),
  title: z.string(),
  url: z.string(),
  body: z.string(),
  labels: z
    .object({ nodes: z.array(z.object({ name: z.string() })) })
    .nullable()
    .transform((labels) => (labels === null ? [] : labels.nodes.map((label) => label.name))),
  issueDependenciesSummary: z.object({ blockedBy: z.int() }),
}
