import type { Operation } from './description.ts'

export interface Route {
  operation: Operation
  params: Record<string, string>
}

/** Finds the operation of a request; of two that fit, the one with more fixed words. */
export function createRouter(operations: Operation[]): (method: string, path: string) => Route | null {
  const routes = operations
    .map((operation) => ({ operation, ...compile(operation.template) }))
    .toSorted((a, b) => b.fixed - a.fixed)
  return (method, path) => {
    for (const route of routes) {
      if (route.operation.method !== method) continue
      const match = route.pattern.exec(path)
      if (!match) continue
      const params = Object.fromEntries(
        route.names.map((name, index) => [name, decodeURIComponent(match[index + 1] ?? '')]),
      )
      return { operation: route.operation, params }
    }
    return null
  }
}

/** Parameters that may hold slashes: branches, refs and paths of files. */
const greedy = new Set(['ref', 'path', 'branch', 'base', 'head'])

function compile(template: string): { pattern: RegExp; names: string[]; fixed: number } {
  const names: string[] = []
  const source = template.replaceAll('.', '\\.').replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    names.push(name)
    return greedy.has(name) ? '(.+)' : '([^/]+)'
  })
  const fixed = template.split('/').filter((segment) => segment !== '' && !segment.startsWith('{')).length
  return { pattern: new RegExp(`^${source}/?$`), names, fixed }
}
