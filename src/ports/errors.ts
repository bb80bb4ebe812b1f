/** The ways in which anything outside can fail (SPEC 10). The category alone decides what a tick does about it. */
export type Category =
  | 'config'
  | 'auth'
  | 'forbidden'
  | 'not-found'
  | 'rate'
  | 'unavailable'
  | 'contract'
  | 'conflict'
  /** The service answered, understood, and will never do it: repeating the same request cannot help. */
  | 'refused'

export type PortName = 'tracker' | 'ci' | 'executor' | 'rollout' | 'notifier' | 'lock' | 'journal'

/**
 * The one error that a port throws. Its message is fit for logs: no secret, no text of an issue, no body of an answer.
 * Anything else that is thrown is a bug.
 */
export class PortError extends Error {
  override readonly name = 'PortError'
  readonly port: PortName
  /** The port's method, such as `comment`. */
  readonly operation: string
  readonly category: Category
  /** HTTP status where there was one. */
  readonly status: number | null
  /** Seconds the service asked to wait. */
  readonly retryAfter: number | null
  /** It was not sent, for lack of time: what else this tick would begin with this service has no time either. */
  readonly isTooLate: boolean

  constructor(
    port: PortName,
    operation: string,
    category: Category,
    message: string,
    more: { status?: number | null; retryAfter?: number | null; isTooLate?: boolean; cause?: unknown } = {},
  ) {
    super(message, 'cause' in more ? { cause: more.cause } : undefined)
    this.port = port
    this.operation = operation
    this.category = category
    this.status = more.status ?? null
    this.retryAfter = more.retryAfter ?? null
    this.isTooLate = more.isTooLate ?? false
  }
}
