/** What a handler answers; `body` is sent as JSON. */
export interface Answer {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** An error as the real API server words it: a Status object (API conventions, *Response Status Kind*). */
export function failure(
  code: number,
  reason: string,
  message: string,
  details?: Readonly<Record<string, unknown>>,
): Answer {
  return {
    status: code,
    body: {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason,
      ...(details === undefined ? {} : { details }),
      code,
    },
  }
}

export function notFound(group: string, resource: string, name: string): Answer {
  const kind = { name, ...(group === '' ? {} : { group }), kind: resource }
  return failure(404, 'NotFound', `${qualified(group, resource)} "${name}" not found`, kind)
}

export function conflict(group: string, resource: string, name: string): Answer {
  return failure(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(group, resource)} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
    { name, group, kind: resource },
  )
}

export function invalid(group: string, kind: string, name: string, field: string, message: string): Answer {
  return failure(422, 'Invalid', `${kind}.${group} "${name}" is invalid: ${field}: ${message}`, {
    name,
    group,
    kind,
    causes: [{ reason: 'FieldValueInvalid', message, field }],
  })
}

function qualified(group: string, resource: string): string {
  return group === '' ? resource : `${resource}.${group}`
}
