/** A person at T3's screen who approves whatever an agent asks for: reads the threads, and answers each open request once. */
export function createT3Person({ url, token }: { readonly url: string; readonly token: string }): () => Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const waited = new Set<string>()
  const read = async (path: string) =>
    (await fetch(`${url}${path}`, { headers, signal: AbortSignal.timeout(5000) })).json()

  async function accept(threadId: string): Promise<void> {
    const { thread } = (await read(`/api/orchestration/threads/${encodeURIComponent(threadId)}`)) as {
      thread: { activities: { kind: string; payload: { requestId?: string } }[] }
    }
    const requestId = thread.activities.findLast(({ kind }) => kind === 'approval.requested')?.payload.requestId
    if (requestId === undefined) return
    await fetch(`${url}/api/orchestration/dispatch`, {
      method: 'POST',
      headers,
      body: JSON.stringify({
        type: 'thread.approval.respond',
        commandId: `person:${requestId}`,
        threadId,
        requestId,
        decision: 'accept',
        createdAt: new Date().toISOString(),
      }),
      signal: AbortSignal.timeout(5000),
    })
  }

  return async () => {
    const shell = (await read('/api/orchestration/shell')) as {
      threads: { id: string; hasPendingApprovals: boolean }[]
    }
    for (const { id } of shell.threads.filter((thread) => thread.hasPendingApprovals)) {
      // Not before the watcher had a tick in which to ring for it.
      if (waited.has(id)) await accept(id)
      waited.add(id)
    }
  }
}
