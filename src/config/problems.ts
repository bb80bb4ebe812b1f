/**
 * What is wrong with the configuration, in words for the person who has to mend it.
 * Owns no rule: whoever finds a fault builds the problem, and never puts a secret's value into it.
 */
export interface Problem {
  /** What is wrong: a variable's name, or a path such as `repos."acme/shop".readyLabel`. */
  readonly path: string
  readonly expected: string
  readonly got: string
  readonly remedy: string
  /** `env AFK_X`, or `file:line`. */
  readonly source: string
}

/** The failed half of every result here. */
export interface ConfigProblems {
  readonly ok: false
  readonly problems: readonly Problem[]
}

/** What works, and a person should know. No secret in it either. */
export interface Warning {
  readonly message: string
  /** What a person does who did not mean it so. */
  readonly remedy: string
}

/** A problem of one environment variable. */
export function envProblem(name: string, expected: string, got: string, remedy: string): Problem {
  return { path: name, expected, got, remedy, source: `env ${name}` }
}

/** All problems as text, one block each, in the order found. Ends without a newline. */
export function renderProblems(problems: readonly Problem[]): string {
  return problems
    .map(
      (problem) =>
        `${problem.path} (${harmless(problem.source)})\n` +
        `  expected: ${problem.expected}\n` +
        `  got:      ${problem.got}\n` +
        `  remedy:   ${problem.remedy}`,
    )
    .join('\n')
}

const SHOWN_CHARACTERS = 80

// Tokens of GitHub, Slack and T3 (base64 of JSON), and keys: in case one ended up in the wrong variable.
const SECRET_LOOK = /gh[a-z]_\w{8}|github_pat_|xox[a-z]-|xapp-|eyJ\w{8}|PRIVATE KEY/

/**
 * A value for the `got` of a problem: short, one line, control characters escaped. Never call it with a secret;
 * what looks like one all the same is not shown.
 */
export function describeValue(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return Array.isArray(value) ? 'a list' : 'a mapping'
}

function quote(text: string): string {
  if (SECRET_LOOK.test(text)) return 'a text that looks like a secret'
  const characters = Array.from(text.slice(0, 2 * SHOWN_CHARACTERS))
  const shown = characters.slice(0, SHOWN_CHARACTERS).join('')
  return shown.length === text.length ? escaped(text) : `${escaped(shown)}… (${text.length} characters)`
}

/** JSON leaves what begins a terminal's command in eight bits, and what turns the direction of a line, as it is. */
function escaped(text: string): string {
  return harmless(JSON.stringify(text))
}

/** A text, such as the path of a file, without what a terminal would obey: that stands there as an escape. */
export function harmless(text: string): string {
  return text.replaceAll(/\p{Cc}|[\u2028\u2029]|\p{Cf}/gu, (character) =>
    Array.from(character, (one) => String.raw`\u{` + (one.codePointAt(0) ?? 0).toString(16) + '}').join(''),
  )
}
