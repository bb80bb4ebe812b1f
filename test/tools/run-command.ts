import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'

interface Options {
  readonly cwd: string
  readonly timeoutMs: number
  readonly say: (text: string) => void
}

/**
 * Runs a program without a shell and without standard input, passing on what it prints. Answers undefined when it
 * ended well, else why not. After the time limit it is killed together with all that it started.
 */
export function runCommand([program, ...args]: readonly [string, ...string[]], options: Options) {
  return new Promise<string | undefined>((settle) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, PATH: pathWithOwnTools(options.cwd) },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, or the limit would stop npm and leave what npm started.
      detached: true,
    })
    let late = false
    const kill = () => killGroup(child.pid)
    const limit = setTimeout(() => {
      late = true
      kill()
    }, options.timeoutMs)
    // Once: the second time the signal does to this process what it always does.
    const onSignal = (signal: NodeJS.Signals) => {
      kill()
      process.kill(process.pid, signal)
    }
    process.once('SIGINT', onSignal).once('SIGTERM', onSignal)

    child.stdout.setEncoding('utf8').on('data', options.say)
    child.stderr.setEncoding('utf8').on('data', options.say)
    const end = (problem: string | undefined) => {
      clearTimeout(limit)
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
      settle(problem)
    }
    child.once('error', (error) => end(`cannot start ${program}: ${error.message}`))
    child.once('close', (code, signal) => {
      if (late) end(`not finished after ${options.timeoutMs / 1000} s`)
      else if (code === 0) end(undefined)
      else end(code === null ? `killed by ${signal}` : `exit code ${code}`)
    })
  })
}

/** The Node that npm installed here comes before an older one of the machine. */
function pathWithOwnTools(cwd: string): string {
  return [join(cwd, 'node_modules', '.bin'), process.env['PATH'] ?? ''].join(delimiter)
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Already gone: what was wanted.
  }
}
