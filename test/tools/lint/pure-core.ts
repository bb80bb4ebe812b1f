import { globalReferences } from './global-references.ts'
import { impureMembers, pureGlobals, pureMembers, pureTypes } from './pure-globals.ts'
import { pathOf, type Context, type Reference, type Rule, type Visitor } from './rule.ts'

const because = 'the core is pure: no clock, no I/O, no promise, no process (SPEC 2)'

/** Same input, same output, byte for byte: refuses in `src/core/` whatever could see more than its arguments. */
export const pureCore: Rule = {
  create(context: Context): Visitor {
    if (!pathOf(context).startsWith('src/core/')) return {}

    type Located = Parameters<Context['report']>[0]['node']
    const refuse = (node: Located, what: string): void => {
      if (node !== undefined) context.report({ node, message: `${what}: ${because}` })
    }
    const refuseAsync = (node: Located): void => {
      if (node !== undefined && 'async' in node && node.async === true) refuse(node, 'async function')
    }

    return {
      Program() {
        for (const reference of globalReferences(context)) {
          const what = impurity(reference)
          if (what !== undefined) refuse(reference.identifier, what)
        }
      },
      FunctionDeclaration: refuseAsync,
      FunctionExpression: refuseAsync,
      ArrowFunctionExpression: refuseAsync,
      AwaitExpression: (node) => refuse(node, 'await'),
      ForOfStatement(node) {
        if (node.await) refuse(node, 'for await')
      },
      ImportExpression: (node) => refuse(node, 'import()'),
      MetaProperty(node) {
        if (node.meta.name === 'import') refuse(node, 'import.meta')
      },
      MemberExpression(node) {
        const name = node.computed ? literalOf(node.property) : node.property.name
        if (name !== undefined && impureMembers.has(name)) refuse(node, `.${name}`)
      },
      Property(node) {
        const inPattern = node.parent.type === 'ObjectPattern'
        const name = node.key.type === 'Identifier' && !node.computed ? node.key.name : literalOf(node.key)
        if (inPattern && name !== undefined && impureMembers.has(name)) refuse(node, `.${name}`)
      },
      VariableDeclaration(node) {
        if (node.declare === true) refuse(node, 'declare hides a global from this rule')
      },
      TSDeclareFunction(node) {
        if (node.declare === true) refuse(node, 'declare hides a global from this rule')
      },
      ClassDeclaration(node) {
        if (node.declare === true) refuse(node, 'declare hides a global from this rule')
      },
      TSModuleDeclaration: (node) => refuse(node, 'declare hides a global from this rule'),
    }
  },
}

function impurity({ identifier }: Reference): string | undefined {
  const { name, parent } = identifier
  if (inType(parent.type)) return pureTypes.has(name) || pureGlobals.has(name) ? undefined : `the type ${name}`
  if (!pureGlobals.has(name)) return name
  const allows = pureMembers[name]
  if (allows === undefined) return undefined
  if (parent.type === 'MemberExpression' && parent.object === identifier) {
    const member = parent.computed ? literalOf(parent.property) : parent.property.name
    return member !== undefined && allows(member) ? undefined : `${name}.${member ?? '[…]'}`
  }
  if (parent.type === 'BinaryExpression' && parent.operator === 'instanceof' && parent.right === identifier)
    return undefined
  if (parent.type !== 'NewExpression' || parent.callee !== identifier) return `${name} other than by its members`
  return isOneArgument(parent.arguments) ? undefined : `new ${name}() without exactly one argument`
}

/** None is now; two and more are read in the host's zone; a spread may be either. */
function isOneArgument(given: readonly { type: string }[]): boolean {
  return given.length === 1 && given[0]?.type !== 'SpreadElement'
}

function inType(parent: string): boolean {
  return ['TSTypeReference', 'TSInterfaceHeritage', 'TSClassImplements', 'TSQualifiedName'].includes(parent)
}

function literalOf(node: { type: string; value?: unknown }): string | undefined {
  return node.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined
}
