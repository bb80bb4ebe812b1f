/** An HTTP answer before it is written; a body that is an object is JSON. */
export interface Answer {
  status: number
  body: object | string
  /** Absent for empty bodies and JSON. */
  contentType?: string
  headers?: Record<string, string>
}

export const json = (status: number, body: object): Answer => ({ status, body })

/** How T3 answers what it does not like to explain: no body, no content-type. */
export const empty = (status: number): Answer => ({ status, body: '' })

export const invalidRequest = (reason: string, traceId: string): Answer =>
  json(400, { _tag: 'EnvironmentRequestInvalidError', code: 'invalid_request', reason, traceId })

export const unauthorised = (reason: 'missing_credential' | 'invalid_credential', traceId: string): Answer =>
  json(401, { _tag: 'EnvironmentAuthInvalidError', code: 'auth_invalid', reason, traceId })

export const outOfScope = (requiredScope: string, traceId: string): Answer =>
  json(403, {
    _tag: 'EnvironmentScopeRequiredError',
    code: 'insufficient_scope',
    requiredScope,
    traceId,
  })

export const threadNotFound = (traceId: string): Answer =>
  json(404, {
    _tag: 'EnvironmentResourceNotFoundError',
    code: 'not_found',
    reason: 'thread_not_found',
    traceId,
  })

export const dispatchFailed = (traceId: string): Answer =>
  json(500, {
    _tag: 'EnvironmentInternalError',
    code: 'internal_error',
    reason: 'orchestration_dispatch_failed',
    traceId,
  })

/** What every unknown GET gets: with a web bundle its page, with 200. */
export const webPage = (hasBundle: boolean): Answer =>
  hasBundle
    ? {
        status: 200,
        body: '<!doctype html><html><head><title>T3 Code</title></head></html>',
        contentType: 'text/html; charset=utf-8',
      }
    : {
        status: 503,
        body: 'No static directory configured and no dev URL set.',
        contentType: 'text/plain',
      }
