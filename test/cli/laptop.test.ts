import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createStage, type Stage } from '../programs/stage.ts'
import { startKubernetes } from '../sandbox/kubernetes/server.ts'
import { runDesk } from './run-desk.ts'

let stage: Stage
afterEach(() => stage.close())

/** A machine with a `gh` that answers like this, and notes what it was asked. */
async function aLaptop(answer: string) {
  stage = await createStage({ repos: ['acme/shop'] })
  const bin = join(stage.folder, 'bin')
  mkdirSync(bin)
  const asked = join(stage.folder, 'asked')
  writeFileSync(join(bin, 'gh'), `#!/bin/sh\necho "$@" >> '${asked}'\nenv | grep '^AFK_' >> '${asked}'\n${answer}\n`)
  chmodSync(join(bin, 'gh'), 0o755)
  const { AFK_GITHUB_TOKEN: _token, ...env } = stage.env
  return {
    env: { ...env, PATH: `${bin}:/usr/bin:/bin` },
    asked: () => (existsSync(asked) ? readFileSync(asked, 'utf8') : ''),
  }
}

const none =
  'afk: no GitHub credential is configured, and `gh auth token` gives none for 127.0.0.1: gh is not installed here, or not logged in there\n'

describe('on a laptop', () => {
  it('takes the token that gh keeps for that very host, and says so on standard error', async () => {
    const { env, asked } = await aLaptop('echo ghp_sandboxsandboxsandboxsandbox00000000')
    const { code, out, err } = await runDesk(['plan', '--json'], env)
    expect(code).toBe(0)
    expect(JSON.parse(out).command).toBe('plan')
    expect(err.split('\n')).toEqual([
      'afk: no GitHub credential is configured: using the one of `gh auth token` for 127.0.0.1',
      "afk: unless that is afk's own account, its cards are not seen, and labels of yours count as not trusted",
      '',
    ])
    expect(asked()).toBe('auth token --hostname 127.0.0.1\n')
    expect(out).not.toContain(stage.world.githubToken)
  })

  it('asks for github.com when nothing else is configured', async () => {
    const { env, asked } = await aLaptop('exit 1')
    const said = await runDesk(['plan'], { ...env, AFK_GITHUB_API_URL: '' })
    expect(asked()).toBe('auth token --hostname github.com\n')
    expect(said.code).toBe(2)
    expect(said.err).toContain('expected: a token or a GitHub App')
  })

  it.each([
    ['nobody is logged in', 'echo "no oauth token" >&2; exit 1'],
    ['gh says something that is no token', 'echo "please log in"'],
  ])('goes without where %s', async (_when, answer) => {
    const { env } = await aLaptop(answer)
    const said = await runDesk(['plan'], env)
    expect(said.code).toBe(2)
    expect(said.err).not.toContain('using the one of')
    expect(said.err).toContain(none)
  })

  it('goes without where there is no gh', async () => {
    const { env } = await aLaptop('exit 1')
    expect(await runDesk(['plan'], { ...env, PATH: '/nowhere' })).toMatchObject({
      code: 2,
      err: expect.stringContaining(none),
    })
  })

  it('does not ask gh when a credential is configured', async () => {
    const { env, asked } = await aLaptop('echo ghp_other')
    const said = await runDesk(['plan'], { ...env, AFK_GITHUB_TOKEN: stage.world.githubToken })
    expect(said).toMatchObject({ code: 0, err: '' })
    expect(asked()).toBe('')
  })

  it('never gives the CronJob programs any of it', async () => {
    const { env, asked } = await aLaptop('echo ghp_sandboxsandboxsandboxsandbox00000000')
    const ran = await stage.poll({ ...env, AFK_GITHUB_TOKEN: '' })
    expect(ran.code).toBe(2)
    expect(asked()).toBe('')
  })

  it('takes the current context of ~/.kube/config, and says so', async () => {
    const { env } = await aLaptop('exit 1')
    const cluster = await startKubernetes({ clock: stage.world.github.clock })
    cluster.state.addLease('afk', 'afk-poller')
    cluster.state.addLease('afk', 'afk-watcher')
    mkdirSync(join(stage.folder, '.kube'))
    writeFileSync(join(stage.folder, '.kube/config'), cluster.kubeconfig())
    const said = await runDesk(
      ['doctor', '--json'],
      {
        ...env,
        AFK_GITHUB_TOKEN: stage.world.githubToken,
        HOME: stage.folder,
        AFK_LOCK: 'lease',
        AFK_LEASE_NAMESPACE: 'afk',
      },
      { now: () => stage.world.github.clock.now() },
    )
    await cluster.close()
    expect(said.err).toBe(`afk: KUBECONFIG is not set: using the current context of ${stage.folder}/.kube/config\n`)
    const leases = said.json().findings.filter(({ check }: { check: string }) => check === 'leases')
    expect(leases.map(({ verdict }: { verdict: string }) => verdict)).toEqual(['ok', 'ok'])
  })
})
