import { spawnSync } from 'node:child_process'

export interface Said {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export const hasKubectl = spawnSync('kubectl', ['version', '--client'], { stdio: 'ignore' }).status === 0

/** kubectl as the administrator of that kubeconfig, and with nothing of the home folder. */
export function kubectl(kubeconfig: string, words: readonly string[], input = ''): Said {
  const { status, stdout, stderr, error } = spawnSync('kubectl', words, {
    env: { ...process.env, KUBECONFIG: kubeconfig },
    encoding: 'utf8',
    input,
    timeout: 60_000,
  })
  if (error) throw error
  return { code: status, out: stdout, err: stderr }
}
