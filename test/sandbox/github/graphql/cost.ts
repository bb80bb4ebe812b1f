import {
  getNamedType,
  isInterfaceType,
  isObjectType,
  valueFromASTUntyped,
  type DocumentNode,
  type FieldNode,
  type GraphQLNamedType,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import { schema } from './schema.ts'

export interface Cost {
  points: number
  nodeCount: number
  /** GitHub refuses such a query before it runs it. */
  problem: { type: string; message: string; path: string[] } | null
}

const nodeLimit = 500_000

/**
 * GitHub's price of a query: the requests needed to fill every connection if each parent had as many children as its
 * `first` or `last` allows, over 100, to the nearest whole, at least 1. What the data really hold does not matter.
 */
export function costOf(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown>,
): Cost {
  const walker: Walker = { document, variables, requests: 0, nodes: 0, problem: null }
  const root = schema.getRootType(operation.operation)
  if (root) walk(walker, operation.selectionSet, root, 1, [])
  if (!walker.problem && walker.nodes > nodeLimit) {
    const message = `This query requests up to ${walker.nodes.toLocaleString('en-US')} possible nodes which exceeds the maximum limit of 500,000.`
    walker.problem = { type: 'MAX_NODE_LIMIT_EXCEEDED', message, path: [] }
  }
  return {
    points: Math.max(1, Math.ceil(walker.requests / 100 - 0.5)),
    nodeCount: walker.nodes,
    problem: walker.problem,
  }
}

interface Walker {
  document: DocumentNode
  variables: Record<string, unknown>
  requests: number
  nodes: number
  problem: Cost['problem']
}

function walk(
  walker: Walker,
  selections: SelectionSetNode,
  parent: GraphQLNamedType,
  times: number,
  path: string[],
): void {
  for (const selection of selections.selections) {
    if (isSkipped(walker, selection)) continue
    if (selection.kind === 'Field') {
      walkField(walker, selection, parent, times, path)
      continue
    }
    const fragment = selection.kind === 'InlineFragment' ? selection : fragmentNamed(walker, selection.name.value)
    const condition = fragment?.typeCondition?.name.value
    const type = condition === undefined ? parent : schema.getType(condition)
    if (fragment && type) walk(walker, fragment.selectionSet, type, times, path)
  }
}

function walkField(walker: Walker, field: FieldNode, parent: GraphQLNamedType, times: number, path: string[]): void {
  const definition = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[field.name.value] : undefined
  if (!definition || !field.selectionSet) return
  const type = getNamedType(definition.type)
  const here = [...path, field.alias?.value ?? field.name.value]
  if (!type.name.endsWith('Connection')) return walk(walker, field.selectionSet, type, times, here)
  const size = pageSize(walker, field, here)
  walker.requests += times
  walker.nodes += times * size
  walk(walker, field.selectionSet, type, times * size, here)
}

function pageSize(walker: Walker, field: FieldNode, path: string[]): number {
  const name = field.name.value
  for (const bound of ['first', 'last']) {
    const argument = field.arguments?.find((candidate) => candidate.name.value === bound)
    const value = argument ? valueFromASTUntyped(argument.value, walker.variables) : null
    if (typeof value !== 'number') continue
    if (value > 100) {
      const message = `Requesting ${value} records on the \`${name}\` connection exceeds the \`${bound}\` limit of 100 records.`
      walker.problem ??= { type: 'EXCESSIVE_PAGINATION', message, path }
    }
    if (value < 1) {
      const message = `\`${bound}\` on the \`${name}\` connection cannot be less than one.`
      walker.problem ??= { type: 'BAD_PAGINATION', message, path }
    }
    return value
  }
  const message = `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`
  walker.problem ??= { type: 'MISSING_PAGINATION_BOUNDARIES', message, path }
  return 0
}

function isSkipped(walker: Walker, node: { readonly directives?: FieldNode['directives'] }): boolean {
  return (node.directives ?? []).some((directive) => {
    const condition = directive.arguments?.find((argument) => argument.name.value === 'if')
    const value = condition ? valueFromASTUntyped(condition.value, walker.variables) : undefined
    return (
      (directive.name.value === 'skip' && value === true) || (directive.name.value === 'include' && value === false)
    )
  })
}

function fragmentNamed(walker: Walker, name: string) {
  for (const definition of walker.document.definitions)
    if (definition.kind === 'FragmentDefinition' && definition.name.value === name) return definition
  return undefined
}
