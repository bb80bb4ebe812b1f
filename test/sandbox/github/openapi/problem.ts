import type { ErrorObject } from 'ajv'

export interface Problem {
  text: string
  /** Says only that no branch of a union fitted; the branches' own problems say why. */
  ofUnion: boolean
}

/** Answers what is wrong with a value under the schema at a JSON pointer of the description. */
export type Check = (pointer: string, value: unknown) => Problem[]

/** What ajv (with `verbose`) found, as texts; `where` is put before each. */
export function toProblems(errors: ErrorObject[]): Problem[] {
  return errors.map((error) => ({
    text: `${error.instancePath || '/'} ${error.message ?? error.keyword}, got ${excerpt(error.data)}`,
    ofUnion:
      error.keyword === 'anyOf' ||
      error.keyword === 'oneOf' ||
      (error.keyword === 'type' && error.params['type'] === 'null'),
  }))
}

export function within(where: string, problems: Problem[]): Problem[] {
  return problems.map(({ text, ofUnion }) => ({ text: `${where} ${text}`, ofUnion }))
}

export function problem(text: string): Problem {
  return { text, ofUnion: false }
}

function excerpt(data: unknown): string {
  const text = JSON.stringify(data) ?? 'nothing'
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
