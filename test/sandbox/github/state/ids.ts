import { createHash } from 'node:crypto'
import type { GitHubState } from './model.ts'

/** A database id and a node id that nothing else has; deterministic in the order of the calls. */
export function nextIds(state: GitHubState, prefix: string): { id: number; nodeId: string } {
  state.counter += 1
  return {
    id: state.counter,
    nodeId: `${prefix}_kwDO${Buffer.from(`${prefix}:${state.counter}`).toString('base64url')}`,
  }
}

/** 40 hex digits, like a Git object's name. */
export function objectName(...parts: (string | number)[]): string {
  return createHash('sha1').update(parts.join('\0')).digest('hex')
}
