import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './manifests.ts'

/**
 * Builds the image with buildah and no registry, and runs both programs in it: `node test/deploy/smoke-image.ts`. The base is made here
 * from this machine's Node and the libraries it is linked with: no shell, no package manager, as little as distroless has. Says
 * SKIPPED, and ends with 0, where there is no buildah. Ends with 1 when a tick is not inert and green.
 */
const buildah = (args: readonly string[], options: { input?: string } = {}) =>
  execFileSync('buildah', args, { encoding: 'utf8', stdio: ['pipe', 'pipe', 'inherit'], ...options }).trim()

if (spawnSync('buildah', ['--version'], { stdio: 'ignore' }).status === 0) process.exitCode = smoke()
else process.stdout.write('SKIPPED: no buildah here, so the image was neither built nor run\n')

function smoke(): 0 | 1 {
  const work = mkdtempSync(join(tmpdir(), 'afk-image-'))
  try {
    makeBase(join(work, 'base'))
    mkdirSync(join(work, 'stage/build'), { recursive: true })
    execFileSync(process.execPath, [join(root, 'build.ts'), join(work, 'stage/build/dist')], { stdio: 'inherit' })
    // The last stage of the Dockerfile, from the bundle just made in place of the stage that fetches from npm.
    const image = buildah([
      'build',
      '--isolation=chroot',
      '--layers=false',
      '--build-arg=BASE=localhost/afk-smoke-base',
      '--build-arg=REVISION=smoke',
      `--build-context=build=${join(work, 'stage')}`,
      '--tag=localhost/afk-smoke',
      '--quiet',
      root,
    ])
    process.stdout.write(`built ${image}\n`)
    return programsAreInert() ? 0 : 1
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** Node where distroless has it, the libraries that it is linked with, and nothing else. */
function makeBase(files: string): void {
  mkdirSync(join(files, 'nodejs/bin'), { recursive: true })
  cpSync(process.execPath, join(files, 'nodejs/bin/node'))
  const linked = execFileSync('ldd', [process.execPath], { encoding: 'utf8' })
  for (const [path] of linked.matchAll(/\/\S+/g))
    cpSync(path, join(files, path), { recursive: true, dereference: true })
  const container = buildah(['from', 'scratch'])
  buildah(['copy', container, files, '/'])
  buildah(['commit', '--rm', container, 'localhost/afk-smoke-base'])
}

function programsAreInert(): boolean {
  const container = buildah(['from', 'localhost/afk-smoke'])
  try {
    return ['poller', 'watcher'].every((program) => {
      const out = buildah(['run', '--isolation=chroot', container, '--', 'node', `/app/${program}.cjs`])
      process.stdout.write(`${out}\n`)
      return out.includes('"outcome":"inert"')
    })
  } finally {
    buildah(['rm', container])
  }
}
