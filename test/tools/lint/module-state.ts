import { pathOf, type Context, type Rule, type Visitor } from './rule.ts'

/** Between ticks afk keeps nothing (SPEC 1), and inside one nothing hides in a module: state travels by argument. */
export const moduleState: Rule = {
  create(context: Context): Visitor {
    if (!pathOf(context).startsWith('src/')) return {}
    return {
      VariableDeclaration(node) {
        const top = node.parent.type === 'Program' || node.parent.type === 'ExportNamedDeclaration'
        if (!top || node.kind === 'const' || node.declare === true) return
        context.report({ node, message: `a module-level ${node.kind} is hidden state: pass it as an argument` })
      },
    }
  },
}
