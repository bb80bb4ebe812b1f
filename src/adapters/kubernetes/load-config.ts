import { KubeConfig } from './client.ts'
import type { ClusterAccess } from './cluster-access.ts'
import { ConfigTrouble } from './config-trouble.ts'
import { isLoopback } from './loopback.ts'

/**
 * The client's configuration, read afresh: tokens rotate. Throws {@link ConfigTrouble} for a file that cannot be used, and for one
 * that would send the token where anyone could read it (SPEC 13: verification is never off).
 */
export function loadConfig(access: ClusterAccess): KubeConfig {
  const config = access.kind === 'in-cluster' ? fromCluster() : fromFiles(access.files)
  requireSafeServer(config, access.kind === 'kubeconfig' ? named(access.files) : '')
  return config
}

function fromCluster(): KubeConfig {
  const config = new KubeConfig()
  config.loadFromCluster()
  return config
}

function fromFiles(files: readonly string[]): KubeConfig {
  const config = new KubeConfig()
  for (const [index, file] of files.entries()) {
    const next = index === 0 ? config : new KubeConfig()
    try {
      next.loadFromFile(file)
      if (index > 0) config.mergeConfig(next)
    } catch (cause) {
      throw new ConfigTrouble(
        `KUBECONFIG: expected readable kubeconfig files in YAML, without the same name twice, got one that is not${named([file])}`,
        { cause },
      )
    }
  }
  return config
}

/** What is no path may be a kubeconfig itself, pasted into the variable, with its token. */
function named(files: readonly string[]): string {
  return files.every((file) => /^[\w./@+-]{1,300}$/.test(file)) ? ` (${files.join(', ')})` : ''
}

function requireSafeServer(config: KubeConfig, from: string): void {
  const cluster = config.getCurrentCluster()
  const server = cluster === null || cluster === undefined ? null : URL.parse(cluster.server)
  if (cluster === null || cluster === undefined || server === null) {
    throw new ConfigTrouble(
      `Kubernetes API: expected a server address (from KUBECONFIG by its current context, or from the pod), got none${from}`,
    )
  }
  const plain = server.protocol === 'http:'
  if (plain && !isLoopback(server.hostname)) {
    throw new ConfigTrouble(`Kubernetes API: expected https (plain http is for this machine only), got http${from}`)
  }
  if (!plain && cluster.skipTLSVerify) {
    throw new ConfigTrouble(
      `KUBECONFIG: expected certificate-authority data, got insecure-skip-tls-verify: true${from}`,
    )
  }
}
