import { errorCode, isTransportFailure, transportFailure } from './transport.ts'

const maxBytes = 512 * 1024
const timeoutMs = 10_000

/** The last 512 KiB of a text file. Without a credential: the URL is all that the storage may know. Rejects with a TransportFailure. */
export async function downloadTail(url: string, userAgent: string, msLeft: number): Promise<string> {
  if (msLeft <= 0) throw transportFailure('deadline', 'not sent: the time of this tick is over')
  const signal = AbortSignal.timeout(Math.ceil(Math.min(timeoutMs, msLeft)))
  try {
    const response = await fetch(url, { headers: { 'user-agent': userAgent }, signal })
    if (!response.ok) throw transportFailure('network', `the log's storage answered ${String(response.status)}`)
    return await readTail(response)
  } catch (error) {
    if (signal.aborted) throw transportFailure('timeout', 'no log in time')
    throw isTransportFailure(error) ? error : transportFailure('network', errorCode(error))
  }
}

async function readTail(response: Response): Promise<string> {
  const kept: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    const bytes: unknown = chunk
    if (!(bytes instanceof Uint8Array)) continue
    kept.push(bytes)
    size += bytes.length
    for (let oldest = kept[0]; oldest !== undefined && size - oldest.length >= maxBytes; oldest = kept[0]) {
      size -= oldest.length
      kept.shift()
    }
  }
  return Buffer.concat(kept).subarray(-maxBytes).toString('utf8')
}
