/** A kubeconfig for the sandbox. Plain http is only accepted together with `insecure-skip-tls-verify`, which then skips nothing. */
export function kubeconfigText(server: string, token: string): string {
  return `apiVersion: v1
kind: Config
clusters:
  - name: sandbox
    cluster:
      server: ${server}
      insecure-skip-tls-verify: true
users:
  - name: afk
    user:
      token: ${JSON.stringify(token)}
contexts:
  - name: sandbox
    context: { cluster: sandbox, user: afk, namespace: afk }
current-context: sandbox
`
}
