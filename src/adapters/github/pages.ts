import type * as z from 'zod'
import type { Client } from './client.ts'
import { PortError } from '../../ports/errors.ts'
import { describeCall, type Call } from './errors.ts'
import { parseAnswer } from './parse.ts'

/** A page may be empty though another one follows; a list of such pages alone would have no end. */
const maxEmptyInARow = 3

/**
 * The pages of a REST list, as many as the reader takes. GitHub says in the Link header that there is another one. Throws `contract`
 * where that goes on and on and nothing comes.
 */
export async function* restPages<Page>(
  client: Client,
  call: Call,
  route: string,
  parameters: Readonly<Record<string, unknown>>,
  schema: z.ZodType<Page>,
): AsyncGenerator<Page> {
  let emptyInARow = 0
  for (let page = 1; ; page += 1) {
    const answer = await client.rest(call, route, { per_page: 100, ...parameters, page })
    yield parseAnswer(schema, answer.data, call)
    if (!/rel="next"/.test(String(answer.headers['link'] ?? ''))) return
    emptyInARow = isEmpty(answer.data) ? emptyInARow + 1 : 0
    if (emptyInARow === maxEmptyInARow) {
      const words = `expected the rest of a list, got ${String(maxEmptyInARow)} empty pages in a row and the word that more follow`
      throw new PortError(call.port, call.operation, 'contract', `${describeCall(call)}: ${words}`, { status: 200 })
    }
  }
}

/** Some lists stand in an object, beside a count. */
function isEmpty(data: unknown): boolean {
  if (Array.isArray(data)) return data.length === 0
  const lists = typeof data === 'object' && data !== null ? Object.values(data).filter(Array.isArray) : []
  return lists.length > 0 && lists.every((list) => list.length === 0)
}
