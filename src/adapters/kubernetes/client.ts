/**
 * The one place that names the vendor's package: named imports, in a file that is itself imported only when the cluster is asked.
 * `import('@kubernetes/client-node')` would pull 19.8 MB into the bundle, this about 1.6 MB, and loading it costs 0.4 s of CPU.
 */
export {
  AppsV1Api,
  BatchV1Api,
  CoordinationV1Api,
  EventsV1Api,
  KubeConfig,
  Observable,
  V1MicroTime,
} from '@kubernetes/client-node'
export type { ConfigurationOptions, EventsV1Event, RequestContext, ResponseContext } from '@kubernetes/client-node'
