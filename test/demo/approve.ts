/** A person at T3's screen who approves whatever an agent asks for: reads the threads, and answers each open request once. */
export async function approveInT3(url: string, token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const read = async (path: string) =>
    (await fetch(`${url}${path}`, { headers, signal: AbortSignal.timeout(5000) })).json()
  const shell = (await read('/api/orchestration/shell')) as { threads: { id: string; hasPendingApprovals: boolean }[] }
  for (const { id } of shell.threads.filter((thread) => thread.hasPendingApprovals)) {
    const rang = waited.has(id)
    waited.add(id)
    // Not before the watcher had a tick in which to ring for it.
    if (!rang) continue
    const { thread } = (await read(`/api/orchestration/threads/${encodeURIComponent(id)}`)) as {
      thread: { activities: { kind: string; payload: { requestId?: string } }[] }
    }
    const request = thread.activities.findLast(({ kind }) => kind === 'approval.requested')?.payload.requestId
    if (request === undefined) continue
    await fetch(`${url}/api/orchestration/dispatch`, {
      method: 'POST',
      headers,
      body: JSON.stringify({
        type: 'thread.approval.respond',
        commandId: `person:${request}`,
        threadId: id,
        requestId: request,
        decision: 'accept',
        createdAt: new Date().toISOString(),
      }),
      signal: AbortSignal.timeout(5000),
    })
  }
}

const waited = new Set<string>()
