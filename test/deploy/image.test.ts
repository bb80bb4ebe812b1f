import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClusterStage } from './cluster-stage.ts'
import { deploy, named, podOf, programs, rendered, root } from './manifests.ts'
import { runForm } from './run-form.ts'

const work = mkdtempSync(join(tmpdir(), 'afk-image-'))
const app = join(work, 'app')
beforeAll(() => void execFileSync(process.execPath, [`${root}build.ts`, app], { stdio: 'pipe' }), 60_000)
afterAll(() => rmSync(work, { recursive: true }))

const lines = readFileSync(`${root}Dockerfile`, 'utf8')
  .replaceAll(/^\s*#.*\n/gm, '')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line !== '')
const froms = lines.filter((line) => line.startsWith('FROM '))
const final = lines.slice(lines.lastIndexOf(froms.at(-1) ?? ''))
const instruction = (word: string, among = final) => among.filter((line) => line.startsWith(`${word} `))

describe('the Dockerfile', () => {
  it('takes both bases as arguments, and names the one that runs by digest', () => {
    expect(lines.slice(0, 2).map((line) => line.replace(/=.*/, ''))).toEqual(['ARG BUILDER', 'ARG BASE'])
    expect(froms.map((line) => line.replaceAll(/[${}]/g, ''))).toEqual(['FROM BUILDER AS build', 'FROM BASE'])
    expect(lines[1]).toMatch(/^ARG BASE=gcr\.io\/distroless\/nodejs24-debian12:nonroot@sha256:[0-9a-f]{64}$/)
  })

  it('installs what the lock file says, and runs no script of a package', () => {
    const [install, ...others] = lines.filter((line) => /\bnpm (?:ci|i|install)\b/.test(line))
    expect(install).toMatch(/^RUN npm ci --ignore-scripts\b/)
    expect(others).toEqual([])
  })

  it('ends as a number that is the pods’ own, without a shell, without RUN, with the bundle alone', () => {
    expect(instruction('RUN')).toEqual([])
    expect(instruction('COPY')).toEqual(['COPY --from=build /build/dist /app'])
    expect(instruction('ADD')).toEqual([])
    expect(instruction('USER')).toEqual(['USER 65532:65532'])
    expect(instruction('ENTRYPOINT')).toEqual(['ENTRYPOINT ["node"]'])
    for (const program of programs) {
      const { container } = podOf(named(rendered('base'), 'CronJob', `afk-${program}`))
      expect(container.securityContext).toMatchObject({ runAsUser: 65_532, runAsGroup: 65_532 })
      expect(container.args).toEqual([`/app/${program}.cjs`])
    }
  })

  it('carries the OCI labels', () => {
    const [label = ''] = instruction('LABEL')
    for (const name of ['title', 'description', 'licenses', 'version', 'revision', 'source']) {
      expect(label).toContain(`org.opencontainers.image.${name}=`)
    }
  })

  it('gets from the build context what it copies, and nothing else', () => {
    const copied = instruction('COPY', lines)
      .filter((line) => !line.includes('--from='))
      .flatMap((line) => line.split(' ').slice(1, -1))
    const letIn = readFileSync(`${root}.dockerignore`, 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
    expect(letIn).toEqual(['*', ...copied.map((path) => `!${path}`)])
  })
})

/** What a read-only root, no shell and no other process look like to Node: everything of it is refused but reading these folders. */
function permissionsFor(...folders: readonly string[]): string {
  return ['--permission', ...folders.map((folder) => `--allow-fs-read=${folder}/*`)].join(' ')
}

describe('inside the image', () => {
  it.each(programs)('the %s needs to write nothing and to start nothing', (program) => {
    const gates = join(work, `gates-${program}`)
    mkdirSync(gates)
    for (const [name, text] of Object.entries(named(rendered('base'), 'ConfigMap', 'afk-gates')['data'] as object)) {
      writeFileSync(join(gates, name), String(text))
    }
    const ran = spawnSync(process.execPath, [...permissionsFor(app, gates).split(' '), join(app, `${program}.cjs`)], {
      env: { AFK_GATES_DIR: gates },
      cwd: '/',
      encoding: 'utf8',
    })
    expect(ran.stderr).toBe('')
    expect(ran.status).toBe(0)
    expect(JSON.parse(ran.stdout)).toMatchObject({
      outcome: 'inert',
      why: expect.stringContaining('kill switch is on'),
    })
  })

  it('so does a tick that dispatches', async () => {
    const world = await createClusterStage()
    try {
      const number = world.stage.ready('acme/shop')
      await world.stage.pass(120)
      const env = world.env('poller')
      const folders = [app, world.stage.folder, join(env['KUBECONFIG'] ?? '', '..'), join(root, 'test')]
      const ran = await runForm({ kind: 'bundle', folder: app }, 'poller', {
        ...env,
        NODE_OPTIONS: permissionsFor(...folders),
      })
      expect(ran.code, ran.stdout + ran.stderr).toBe(0)
      expect(ran.lines.map((line) => line['decision'])).toContain('dispatch')
      expect(world.stage.labels('acme/shop', number)).toContain('agent-in-progress')
    } finally {
      await world.close()
    }
  })
})

describe('deploy/README.md', () => {
  const readme = readFileSync(`${deploy}/README.md`, 'utf8')

  it('names every setting, Secret and key that a user may have to set', () => {
    const { data } = named(rendered('base'), 'ConfigMap', 'afk-settings')
    for (const name of Object.keys(data as object)) expect(readme, name).toContain(`\`${name}\``)
    for (const name of ['afk-github', 'afk-t3', 'afk-slack', 'afk-gates', 'afk-config']) expect(readme).toContain(name)
  })

  it('has a part for each thing that an operator does', () => {
    const parts = [...readme.matchAll(/^## (.+)$/gm)].map(([, title]) => title)
    expect(parts).toEqual([
      'What you must set',
      'The desk',
      'Install',
      'Arm, in two steps',
      'Pull requests and approvals',
      'Decision records',
      'Watch',
      'Pause, drain, halt',
      'Rotate tokens',
      'Upgrade',
      'Remove',
      'When something is wrong',
    ])
  })

  it('names no file that is not there', () => {
    const paths = [
      ...readme.matchAll(/\b(?:deploy\/)?((?:base|overlays|components)\/[\w./-]+|secrets\.example\.yaml)/g),
    ].map(([, path = '']) => path)
    expect(paths.length).toBeGreaterThan(5)
    for (const path of paths.filter((name) => !name.startsWith('overlays/ours'))) {
      expect(existsSync(`${deploy}/${path.replace(/\.$/, '')}`), path).toBe(true)
    }
  })
})
