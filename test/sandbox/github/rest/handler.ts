import type { Reply } from '../http/exchange.ts'
import type { Call } from './call.ts'

/** Handlers by `operationId` of GitHub's description: an operation without one answers 501. */
export type Handlers = Record<string, (call: Call) => Reply>
