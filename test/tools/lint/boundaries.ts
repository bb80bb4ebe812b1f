import { globalReferences } from './global-references.ts'
import { pathOf, type Context, type Rule, type Visitor } from './rule.ts'
import { importRefusal } from './zones.ts'

/**
 * The direction of imports (SPEC 2), for every way to name another module: import, re-export, type-only forms,
 * `import()` in code and in types, `import x = require()`, `require()`. `import { type A }` is no type-only form: under
 * `verbatimModuleSyntax` the module is still loaded.
 */
export const boundaries: Rule = {
  create(context: Context): Visitor {
    const from = pathOf(context)
    if (!from.startsWith('src/')) return {}

    type Located = Parameters<Context['report']>[0]['node']
    const judge = (node: Located, specifier: string, typeOnly: boolean): void => {
      const message = importRefusal({ from, specifier, typeOnly })
      if (message !== undefined && node !== undefined) context.report({ node, message })
    }

    return {
      ImportDeclaration: (node) => judge(node, node.source.value, node.importKind === 'type'),
      ExportAllDeclaration: (node) => judge(node, node.source.value, node.exportKind === 'type'),
      ExportNamedDeclaration(node) {
        if (node.source !== null) judge(node, node.source.value, node.exportKind === 'type')
      },
      TSImportType: (node) => judge(node, node.source.value, true),
      TSImportEqualsDeclaration(node) {
        context.report({ node, message: 'the project is ESM: use an import declaration' })
      },
      ImportExpression(node) {
        const { source } = node
        if (source.type === 'Literal' && typeof source.value === 'string') judge(node, source.value, false)
        else context.report({ node, message: 'import() needs a plain string, or its target cannot be checked' })
      },
      Program() {
        for (const { identifier } of globalReferences(context)) {
          if (identifier.name !== 'require' && identifier.name !== 'module') continue
          context.report({ node: identifier, message: 'the project is ESM: use an import declaration' })
        }
      },
      MetaProperty(node) {
        const { parent } = node
        if (parent.type === 'MemberExpression' && !parent.computed && parent.property.name !== 'resolve') return
        context.report({ node, message: 'import.meta only for a named property other than resolve' })
      },
    }
  },
}
