import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Serves a page a path, made anew for each look. For people, on loopback only. */
export async function servePages(
  pages: Readonly<Record<string, () => string | Promise<string>>>,
): Promise<{ readonly url: string; readonly close: () => void }> {
  const server = createServer((request, response) => {
    const page = pages[new URL(request.url ?? '/', 'http://loopback').pathname]
    if (page === undefined) return void response.writeHead(404).end('no such page')
    void Promise.resolve()
      .then(page)
      .then((html) => response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html))
      .catch((error: unknown) => response.writeHead(500).end(String(error)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
