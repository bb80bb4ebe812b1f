import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { request } from 'node:https'
import { basename } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

interface Server {
  /** Waits until it answers 200 there, under the certificate that it made; at most a minute and a half. */
  readonly until: (url: string, certificate: string, token: string) => Promise<void>
  readonly stop: () => Promise<void>
}

const patienceMs = 90_000

/** Starts a server as a process; what it says goes to `log`, and the end of that into the error when it does not come up. */
export function startServer(binary: string, log: string, flags: Readonly<Record<string, string>>): Server {
  const words = Object.entries(flags).map(([name, value]) => `--${name}=${value}`)
  const file = openSync(log, 'w')
  const child = spawn(binary, words, { stdio: ['ignore', file, file], env: {}, cwd: '/' })
  closeSync(file)
  let ended: string | undefined
  const gone = new Promise<void>((resolve) => {
    child.once('error', ({ message }) => resolve(void (ended = message)))
    child.once('exit', (code, signal) => resolve(void (ended = `it ended with ${code ?? signal}`)))
  })
  const trouble = (why: string) =>
    new Error(`${basename(binary)} did not come up: ${why}\n${readFileSync(log, 'utf8').slice(-3000)}`)
  return {
    until: async (url, certificate, token) => {
      const end = performance.now() + patienceMs
      while (performance.now() < end) {
        if (ended !== undefined) throw trouble(ended)
        if (existsSync(certificate) && (await answers(url, readFileSync(certificate), token))) return
        await pause(200)
      }
      throw trouble(`no answer within ${patienceMs / 1000} s`)
    },
    stop: async () => {
      child.kill('SIGTERM')
      const killing = setTimeout(() => child.kill('SIGKILL'), 10_000)
      await gone
      clearTimeout(killing)
    },
  }
}

function answers(url: string, ca: Buffer, token: string): Promise<boolean> {
  return new Promise((resolve) => {
    const options = { ca, timeout: 2_000, agent: false, headers: { authorization: `Bearer ${token}` } }
    const asked = request(url, options, (response) => {
      response.resume()
      response.once('close', () => resolve(response.statusCode === 200))
    })
    asked.once('timeout', () => asked.destroy())
    asked.once('error', () => resolve(false))
    asked.end()
  })
}
