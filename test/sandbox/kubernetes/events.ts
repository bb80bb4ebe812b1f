import type { ClusterState } from './state.ts'
import type { Answer } from './status.ts'
import { failure, invalid } from './status.ts'

const GROUP = 'events.k8s.io'
const qualifiedName = /^(?:[\da-z](?:[-.\da-z]*[\da-z])?\/)?[\dA-Za-z](?:[-.\w]{0,61}[\dA-Za-z])?$/

/**
 * `POST` of an Event of `events.k8s.io/v1`, refused for what the real validation refuses (ValidateEventCreate in
 * kubernetes/pkg/apis/core/validation/events.go): this version is strict where core/v1 was not.
 */
export function createEvent(state: ClusterState, namespace: string, body: unknown): Answer {
  const event = record(body)
  const metadata = record(event['metadata'])
  const regarding = record(event['regarding'])
  if (event['kind'] !== 'Event' || event['apiVersion'] !== `${GROUP}/v1`) {
    const message = `the API version in the data does not match the expected API version (${GROUP}/v1)`
    return failure(400, 'BadRequest', message)
  }
  const { eventTime } = event
  if (typeof eventTime === 'string' && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(eventTime)) {
    const message = `Event in version "v1" cannot be handled as a Event: parsing time ${JSON.stringify(eventTime)}`
    return failure(400, 'BadRequest', message)
  }
  const generate = metadata['generateName']
  const given = metadata['name']
  const name = typeof given === 'string' ? given : `${String(generate)}${state.nextVersion()}`
  const refuse = (field: string, message: string) => invalid(GROUP, 'Event', name, field, message)
  if (typeof given !== 'string' && typeof generate !== 'string') {
    return refuse('metadata.name', 'Required value: name or generateName is required')
  }
  // Another namespace would do: the server only looks whether there is one.
  if (typeof regarding['namespace'] !== 'string' && namespace !== 'default' && namespace !== 'kube-system') {
    return refuse('involvedObject.namespace', 'Invalid value: does not match event.namespace')
  }
  if (typeof eventTime !== 'string') return refuse('eventTime', 'Required value')
  for (const field of ['reportingController', 'reportingInstance', 'action', 'reason']) {
    const text = event[field]
    if (typeof text !== 'string' || text === '') return refuse(field, 'Required value')
    if (Buffer.byteLength(text) > 128) return refuse(field, 'Invalid value: can have at most 128 characters')
  }
  if (!qualifiedName.test(String(event['reportingController']))) {
    return refuse('reportingController', 'Invalid value: name part must consist of alphanumeric characters')
  }
  if (Buffer.byteLength(String(event['note'] ?? '')) > 1024) {
    return refuse('message', 'Invalid value: can have at most 1024 characters')
  }
  if (event['type'] !== 'Normal' && event['type'] !== 'Warning')
    return refuse('type', 'Invalid value: has invalid value')
  for (const field of Object.keys(event).filter((key) => key.startsWith('deprecated'))) {
    return refuse(field, 'Invalid value: needs to be unset')
  }
  const created = {
    ...event,
    metadata: { ...metadata, name, namespace, uid: state.nextUid(), resourceVersion: state.nextVersion() },
  }
  state.events.push(created)
  return { status: 201, body: created }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}
