import type * as z from 'zod'
import type { Client } from './client.ts'
import type { Call } from './errors.ts'
import { parseAnswer } from './parse.ts'

/** The pages of a REST list, as many as the reader takes. GitHub says in the Link header that there is another one. */
export async function* restPages<Page>(
  client: Client,
  call: Call,
  route: string,
  parameters: Readonly<Record<string, unknown>>,
  schema: z.ZodType<Page>,
): AsyncGenerator<Page> {
  for (let page = 1; ; page += 1) {
    const answer = await client.rest(call, route, { per_page: 100, ...parameters, page })
    yield parseAnswer(schema, answer.data, call)
    if (!/rel="next"/.test(String(answer.headers['link'] ?? ''))) return
  }
}
