import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { root } from './manifests.ts'

/**
 * Builds the image with buildah and no registry, and runs it: `node test/deploy/smoke-image.ts`. The base is made here, of this machine's
 * Node and the libraries it is linked with, which is less than distroless has; the bundle is built here too, so of the Dockerfile
 * everything but its first stage (`npm ci`) is tried. Says SKIPPED, and ends with 0, where there is no buildah (1.28 or newer will do).
 */
const tool = 'buildah'
const base = 'localhost/afk-smoke-base'
const tag = 'localhost/afk-smoke'

if (spawnSync(tool, ['--version'], { stdio: 'ignore' }).status === 0) smoke()
else process.stdout.write('SKIPPED: no buildah here, so the image was neither built nor run\n')

function smoke(): void {
  const work = mkdtempSync(join(tmpdir(), 'afk-image-'))
  try {
    makeBase(join(work, 'base'))
    const stage = join(work, 'stage')
    mkdirSync(join(stage, 'build'), { recursive: true })
    execFileSync(process.execPath, [join(root, 'build.ts'), join(stage, 'build/dist')], { stdio: 'ignore' })
    const options = ['--isolation=chroot', '--layers=false', '--quiet', `--build-arg=BASE=${base}`]
    buildah('build', ...options, `--build-context=build=${stage}`, `--tag=${tag}`, root)
    tryOut(buildah('from', tag))
  } finally {
    rmSync(work, { recursive: true, force: true })
    spawnSync(tool, ['rmi', '--force', tag, base], { stdio: 'ignore' })
  }
}

/** Node where distroless has it, the libraries that it is linked with, and nothing else. */
function makeBase(files: string): void {
  const put = (from: string, to: string) => {
    mkdirSync(join(files, dirname(to)), { recursive: true })
    copyFileSync(from, join(files, to))
  }
  put(process.execPath, '/nodejs/bin/node')
  const { sharedObjects } = process.report.getReport() as unknown as { sharedObjects: readonly string[] }
  for (const path of sharedObjects.filter((name) => name.startsWith('/'))) put(path, path)
  const container = buildah('from', 'scratch')
  buildah('copy', container, files, '/')
  buildah('commit', '--rm', container, base)
}

function tryOut(container: string): void {
  const run = (...words: readonly string[]) => buildah('run', '--isolation=chroot', container, '--', ...words)
  try {
    for (const program of ['poller', 'watcher']) {
      const said = run('node', `/app/${program}.cjs`)
      process.stdout.write(`${said}\n`)
      if (!said.includes('"outcome":"inert"')) fail(`the ${program} is not inert`)
    }
    const who = run('node', '-p', '`${process.getuid()}:${process.getgid()}`')
    if (who !== '65532:65532') fail(`expected to run as 65532:65532, got ${who}`)
    const found = run('node', '-p', 'fs.globSync("/**/{node_modules,sh,bash,npm,package.json}").join(" ")')
    if (found !== '') fail(`expected neither shell nor packages, got ${found}`)
    process.stdout.write('built and run: inert, as 65532:65532, without shell and packages\n')
  } finally {
    buildah('rm', container)
  }
}

function buildah(...words: readonly string[]): string {
  return execFileSync(tool, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim()
}

function fail(why: string): never {
  throw new Error(`the image: ${why}`)
}
