import { relative, resolve, sep } from 'node:path'
import type { RuleTester } from 'oxlint/plugins-dev'

type AnyRule = Parameters<RuleTester['run']>[1]

/** The linter exports no names for these types, only the tester that takes such a rule. */
export type Rule = Exclude<AnyRule, { createOnce: unknown }>
export type Context = Parameters<Rule['create']>[0]
export type Visitor = ReturnType<Rule['create']>

export type Reference = ReturnType<Context['sourceCode']['getScope']>['references'][number]

const root = resolve(import.meta.dirname, '../../..')

/** Path of the linted file from the project's root, with slashes, wherever the linter was started. */
export function pathOf(context: Context): string {
  return relative(root, context.physicalFilename).split(sep).join('/')
}
