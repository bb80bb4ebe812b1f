import type { Context, Reference } from './rule.ts'

/** Names that no declaration of the file binds: the language's own (which the scope analysis knows) and unknown ones. */
export function globalReferences(context: Context): Reference[] {
  const { globalScope } = context.sourceCode.scopeManager
  if (globalScope === null) throw new Error('oxlint gave no scope analysis: the core cannot be checked')
  const known = [...globalScope.set.values()].flatMap((variable) => variable.references)
  return [...new Set([...globalScope.through, ...known])]
}
