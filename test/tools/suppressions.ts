/** One thing that is wrong with a suppression of the linter, the compiler or the coverage. */
export interface SuppressionProblem {
  readonly line: number
  readonly problem: string
}

const linter = /(?:oxlint|eslint)-disable(?:-next-line|-line)?(?<rest>.*)/u
const compiler = /@ts-(?<kind>ignore|nocheck|expect-error)(?<rest>.*)/u
const coverage = /(?:v8|c8|istanbul) ignore(?: (?:next|start|stop|file|if|else)\b)?(?<rest>.*)/u

/** A suppression names its rules and carries its reason; the rules of the architecture cannot be suppressed at all. */
export function suppressionProblems(source: string): SuppressionProblem[] {
  return source.split('\n').flatMap((text, index) =>
    commentsIn(text)
      .flatMap((comment) => [linterProblem(comment), compilerProblem(comment), coverageProblem(comment)])
      .filter((problem) => problem !== undefined)
      .map((problem) => ({ line: index + 1, problem })),
  )
}

/** Any `//`, `/*` or `*` to the end of its line: too much rather than too little, for a string may hold one too. */
function commentsIn(line: string): string[] {
  const start = /\/\/|\/\*|^\s*\*/u.exec(line)
  return start === null ? [] : [line.slice(start.index + start[0].length).replace(/\*\/\s*$/u, '')]
}

function linterProblem(comment: string): string | undefined {
  const rest = linter.exec(comment)?.groups?.['rest']
  if (rest === undefined) return undefined
  const [rules = '', ...reason] = rest.split(' -- ')
  if (rules.trim() === '') return 'name the rule that is suppressed'
  if (/\bafk\//u.test(rules)) return 'the rules of the architecture cannot be suppressed'
  return needsReason(reason.join(' -- '), 'after " -- "')
}

function compilerProblem(comment: string): string | undefined {
  const groups = compiler.exec(comment)?.groups
  if (groups === undefined) return undefined
  if (groups['kind'] !== 'expect-error') return `@ts-${groups['kind']} hides what comes later too: use @ts-expect-error`
  return needsReason(groups['rest'] ?? '', 'after it')
}

function coverageProblem(comment: string): string | undefined {
  const rest = coverage.exec(comment)?.groups?.['rest']
  return rest === undefined || /ignore stop/u.test(comment) ? undefined : needsReason(rest, 'after it')
}

function needsReason(text: string, where: string): string | undefined {
  return /\p{L}{2,}.*\s\p{L}{2,}/u.test(text) ? undefined : `say why ${where}`
}
