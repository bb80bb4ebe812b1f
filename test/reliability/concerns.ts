import type { FakeNotifier } from '../fakes/notifier.ts'
import type { Call, Port } from './calls.ts'

/** Whether a call is made for this repo, alone or with others. `owners`: repos by their threads, as titles named them; filled here. */
export function concerns(
  { port, operation, args }: Call,
  repo: string,
  owners: Map<string, string>,
  bells: FakeNotifier,
): boolean {
  const [first] = args
  if (Array.isArray(first)) return first.some((one) => isOf(one, repo))
  if (port === 'executor') {
    if (typeof first !== 'object' || first === null) return owners.get(String(first)) === repo
    const { threadId = '', title } = first as { readonly threadId?: string; readonly title?: string }
    const [named] = title?.split('#') ?? []
    if (named !== undefined) owners.set(threadId, named)
    return (named ?? owners.get(threadId)) === repo
  }
  if (port !== 'notifier' || operation === 'ring') return isOf(first, repo)
  const { ts } = first as { readonly ts: string }
  return bells.rung[bells.posted.findIndex(({ receipt }) => receipt.ts === ts)]?.repo === repo
}

/** A repo's name, or something of it. */
export function isOf(ref: unknown, repo: string): boolean {
  return ref === repo || (typeof ref === 'object' && ref !== null && 'repo' in ref && ref.repo === repo)
}

/** Issues, CI and pull requests are one service. */
export function serviceOf(port: Port): Port {
  return port === 'ci' || port === 'pulls' ? 'tracker' : port
}
