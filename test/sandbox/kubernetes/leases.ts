import type { Answer } from './status.ts'
import { conflict, failure, invalid } from './status.ts'

const GROUP = 'coordination.k8s.io'

export interface LeaseObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: Readonly<Record<string, unknown>> & {
    readonly name: string
    readonly namespace: string
    readonly resourceVersion: string
  }
  readonly spec: Readonly<Record<string, unknown>>
}

/** A Lease as the manifests bring it: nobody's, with no spec at all. */
export function newLease(
  namespace: string,
  name: string,
  uid: string,
  resourceVersion: string,
  now: number,
): LeaseObject {
  const creationTimestamp = new Date(now).toISOString().replace(/\.\d+Z$/, 'Z')
  return {
    apiVersion: `${GROUP}/v1`,
    kind: 'Lease',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: {},
  }
}

/** `PUT` as the API server treats it: decoding, then validation, then the version. */
export function replaceLease(
  stored: LeaseObject,
  body: unknown,
  nextVersion: () => string,
): { readonly answer: Answer; readonly stored: LeaseObject } {
  const refused = (answer: Answer) => ({ answer, stored })
  const { name, namespace } = stored.metadata
  if (!isObject(body))
    return refused(
      failure(400, 'BadRequest', "the object provided is unrecognized: couldn't get version/kind; json parse error"),
    )
  const metadata = isObject(body['metadata']) ? body['metadata'] : {}
  const spec = isObject(body['spec']) ? body['spec'] : {}
  if (body['kind'] !== 'Lease' || body['apiVersion'] !== `${GROUP}/v1`) {
    return refused(
      failure(
        400,
        'BadRequest',
        'the API version in the data does not match the expected API version (coordination.k8s.io/v1)',
      ),
    )
  }
  for (const field of ['acquireTime', 'renewTime']) {
    const value = spec[field]
    if (value !== undefined && value !== null && !isMicroTime(value)) {
      return refused(
        failure(
          400,
          'BadRequest',
          `Lease in version "v1" cannot be handled as a Lease: parsing time ${JSON.stringify(value)} as "2006-01-02T15:04:05.000000Z07:00": cannot parse`,
        ),
      )
    }
  }
  if (metadata['name'] !== name) {
    return refused(
      failure(
        400,
        'BadRequest',
        `the name of the object (${String(metadata['name'])}) does not match the name on the URL (${name})`,
      ),
    )
  }
  if (metadata['namespace'] !== undefined && metadata['namespace'] !== namespace) {
    return refused(
      failure(
        400,
        'BadRequest',
        'the namespace of the provided object does not match the namespace sent on the request',
      ),
    )
  }
  if (typeof metadata['resourceVersion'] !== 'string' || metadata['resourceVersion'] === '') {
    return refused(
      invalid(GROUP, 'Lease', name, 'metadata.resourceVersion', 'Invalid value: 0x0: must be specified for an update'),
    )
  }
  const duration = spec['leaseDurationSeconds']
  if (duration !== undefined && duration !== null && !(Number.isInteger(duration) && Number(duration) > 0)) {
    return refused(
      invalid(
        GROUP,
        'Lease',
        name,
        'spec.leaseDurationSeconds',
        `Invalid value: ${JSON.stringify(duration)}: must be greater than 0`,
      ),
    )
  }
  if (metadata['resourceVersion'] !== stored.metadata.resourceVersion) return refused(conflict(GROUP, 'leases', name))
  const { uid, creationTimestamp } = stored.metadata
  const next: LeaseObject = {
    apiVersion: stored.apiVersion,
    kind: stored.kind,
    metadata: { ...metadata, name, namespace, uid, creationTimestamp, resourceVersion: nextVersion() },
    spec,
  }
  return { answer: { status: 200, body: next }, stored: next }
}

/** RFC3339Micro: Go's parser wants exactly six decimals here. */
function isMicroTime(value: unknown): boolean {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(?:Z|[+-]\d\d:\d\d)$/.test(value)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
