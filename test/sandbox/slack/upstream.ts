/** The emulator behind the proxy. */
export type Upstream = (method: string, form: string, token?: string) => Promise<Response>

export function createUpstream(url: string, botToken: string): Upstream {
  return (method, form, token = botToken) =>
    fetch(`${url}/api/${method}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: form,
      signal: AbortSignal.timeout(10_000),
    })
}

/** For what the sandbox itself asks for: a refusal is a mistake of the test's. */
export async function mustSucceed(upstream: Upstream, method: string, form: Record<string, string>, token?: string) {
  const answer = await upstream(method, String(new URLSearchParams(form)), token)
  const body = (await answer.json()) as { ok: boolean }
  if (!body.ok) throw new Error(`the emulator refuses ${method}: ${JSON.stringify(body)}`)
}
