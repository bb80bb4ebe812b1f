import { spawnSync } from 'node:child_process'

export interface Said {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

const tool = 'kubectl'
export const hasKubectl = spawnSync(tool, ['version', '--client'], { stdio: 'ignore' }).status === 0

/** kubectl as the administrator of that kubeconfig. */
export function kubectl(kubeconfig: string, words: readonly string[]): Said {
  const { status, stdout, stderr, error } = spawnSync(tool, words, {
    env: { ...process.env, KUBECONFIG: kubeconfig },
    encoding: 'utf8',
    timeout: 60_000,
  })
  if (error) throw error
  return { code: status, out: stdout, err: stderr }
}
