import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { createGitHub } from '../../../src/adapters/github/github.ts'
import { PortError } from '../../../src/ports/errors.ts'
import { startGitHubServer } from '../../sandbox/github/server.ts'
import { landsAtOnce } from '../../sandbox/t3/agents.ts'
import { createLab, shop } from '../lab.ts'
import { policyOf, quick } from '../policy.ts'
import { openReady } from '../scenarios.ts'
import { randomOf } from '../schedule.ts'
import { campaign } from './campaign.ts'
import { spoilJson } from './hostile.ts'

it('GitHub: answers with anything in them', { timeout: 1_800_000 }, async () => {
  const policy = await policyOf(quick)
  const lab = await createLab({ policy, agent: (world) => landsAtOnce(world.crew) })
  openReady(lab)
  await lab.run(3)
  const github = await startGitHubServer(lab.world.github)
  let random = randomOf(1)
  const proxy = createServer((request, response) => {
    void text(request).then(async (body) => {
      const init = { method: request.method ?? 'GET', headers: request.headers as Record<string, string> }
      const {
        ['content-length']: _length,
        connection: _connection,
        ['transfer-encoding']: _encoding,
        ...headers
      } = init.headers
      const upstream = await fetch(`${github.url}${request.url}`, {
        ...init,
        headers,
        ...(body === '' ? {} : { body }),
      })
      const answer = await upstream.text()
      response.writeHead(upstream.status, {
        'content-type': 'application/json',
        date: upstream.headers.get('date') ?? '',
      })
      response.end(answer === '' ? '' : JSON.stringify(spoilJson(JSON.parse(answer), random)))
    })
  })
  await new Promise<void>((done) => {
    proxy.listen(0, '127.0.0.1', done)
  })
  const apiUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  const head = lab.world.people.push(shop, {
    author: 'wendy',
    message: 'Mine',
    files: { a: 'b' },
    ci: lab.world.ci['red'] ?? null,
  })
  const { labels } = policy.repo(shop)
  const ref = { repo: shop, number: 1 }
  try {
    const problems = await campaign('GitHub answers', 500, async (next) => {
      random = next
      const { tracker, ci } = createGitHub({
        apiUrl,
        token: { read: () => lab.world.githubToken, reload: () => lab.world.githubToken },
        userAgent: 'afk/test',
        clock: { now: () => performance.now(), sleep: async () => {} },
        deadline: () => 5000,
      })
      const asks = [
        () => tracker.self(),
        () => tracker.overview([{ repo: shop, labels }]),
        () => tracker.summaries([{ repo: shop, labels }]),
        () => tracker.look([{ ...ref, labels }]),
        () => tracker.states([ref]),
        () => tracker.permission(shop, 'mona'),
        () => ci.history(shop, 'main', { depth: 5 }),
        () => ci.checks([{ repo: shop, sha: head }]),
        () => ci.files(shop, head),
      ]
      const ask = asks[Math.floor(next() * asks.length)] ?? asks[0]
      try {
        await ask?.()
        return null
      } catch (error) {
        return error instanceof PortError ? null : `threw ${String(error)}`
      }
    })
    expect(problems).toEqual([])
  } finally {
    proxy.closeAllConnections()
    proxy.close()
    await github.close()
  }
})
