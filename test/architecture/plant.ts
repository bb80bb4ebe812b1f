import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import * as z from 'zod'

const project = resolve(import.meta.dirname, '../..')

/** What the linter needs of the project to run the same elsewhere. */
const copied = ['.oxlintrc.json', 'package.json', 'tsconfig.json', 'test/tools/lint']

const lintReport = z.object({
  diagnostics: z.array(
    z.object({ code: z.string().optional(), message: z.string(), filename: z.string(), severity: z.string() }),
  ),
})

export interface LintRun {
  readonly exitCode: number
  /** `code: message` of every complaint about that file. */
  readonly complaintsAbout: (file: string) => string[]
}

/** Runs the project's own `npm run lint` over these files, in a folder with the project's rules and nothing else of it. */
export async function lintPlanted(files: Readonly<Record<string, string>>): Promise<LintRun> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'afk-lint-')))
  try {
    for (const path of copied) await cp(join(project, path), join(folder, path), { recursive: true })
    await symlink(join(project, 'node_modules'), join(folder, 'node_modules'))
    for (const [path, code] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), code)
    }
    return await lint(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function lint(folder: string): Promise<LintRun> {
  const { exitCode, output } = await run('npm', ['run', '--silent', 'lint', '--', '--format', 'json'], folder)
  const { diagnostics } = lintReport.parse(JSON.parse(output))
  return {
    exitCode,
    complaintsAbout: (file) =>
      diagnostics.filter(({ filename }) => filename === file).map(({ code, message }) => `${code}: ${message}`),
  }
}

/** A linter that finds something exits 1: that is an answer here, everything else (no such program, timeout) is not. */
async function run(program: string, args: string[], cwd: string): Promise<{ exitCode: number; output: string }> {
  try {
    const { stdout } = await promisify(execFile)(program, args, { cwd, timeout: 60_000, maxBuffer: 64 * 1024 * 1024 })
    return { exitCode: 0, output: stdout }
  } catch (error) {
    const { code, stdout } = z.object({ code: z.literal(1), stdout: z.string() }).parse(error)
    return { exitCode: code, output: stdout }
  }
}
