import * as z from 'zod'
import { PortError } from '../../ports/errors.ts'
import type { Tracker } from '../../ports/tracker.ts'
import type { Client } from './client.ts'
import { inRepo } from './names.ts'
import { shapeOf } from './parse.ts'

const maxBytes = 64 * 1024

/** A file of the default branch; one over 64 KiB is cut there. */
export function createFile(client: Client): Tracker['file'] {
  return async (repo, path) => {
    const call = { port: 'tracker', operation: 'file', subject: repo } as const
    const parameters = {
      ...inRepo(repo),
      path: path.split('/').map(encodeURIComponent).join('/'),
      headers: { accept: 'application/vnd.github.raw+json' },
    }
    try {
      const { data } = await client.rest(call, 'GET /repos/{owner}/{repo}/contents/{+path}', parameters)
      // GitHub lists a directory instead.
      if (Array.isArray(data)) return null
      if (typeof data === 'string') return cut(Buffer.from(data))
      if (data instanceof ArrayBuffer) return cut(Buffer.from(data))
      const described = describedFile.safeParse(data)
      if (described.success) return cut(Buffer.from(described.data.content, 'base64'))
      throw new PortError(
        'tracker',
        'file',
        'contract',
        `github file of ${repo}: expected raw text, got ${shapeOf(data)}`,
      )
    } catch (error) {
      if (error instanceof PortError && error.category === 'not-found') return null
      throw error
    }
  }
}

/** GitHub's other form of a file, from a server or a proxy that drops the `accept` of the request. */
const describedFile = z.object({ type: z.literal('file'), encoding: z.literal('base64'), content: z.string() })

/** A character that the cut has halved goes, too: the decoder keeps it for bytes that never come. */
function cut(bytes: Buffer): string {
  if (bytes.length <= maxBytes) return bytes.toString('utf8')
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, maxBytes), { stream: true })
}
