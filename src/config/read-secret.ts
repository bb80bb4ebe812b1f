import type { Problem } from './problems.ts'
import { describeValue, envProblem } from './problems.ts'
import type { Secret } from './secret.ts'
import { createSecret } from './secret.ts'
import type { Env, Files } from './sources.ts'
import { envValue, readFailure } from './sources.ts'

/** What a secret must look like: its words, and the fault of a value in words that do not quote it. */
interface SecretForm {
  readonly expected: string
  readonly faultOf: (value: string) => string | undefined
}

/** A token that goes into an HTTP header. */
export const TOKEN: SecretForm = {
  expected: 'a token in one piece, of visible ASCII characters',
  faultOf: (value) => {
    if (/\s/.test(value)) return 'a value with white space inside'
    return /^[\x21-\x7E]+$/.test(value) ? undefined : 'a value with control or non-ASCII characters'
  },
}

export const PRIVATE_KEY: SecretForm = {
  expected: 'a private key in PEM form',
  faultOf: (value) =>
    /^-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s[\s\S]*\s-----END (?:[A-Z]+ )?PRIVATE KEY-----$/.test(value)
      ? undefined
      : 'a value that is no PEM private key',
}

/** The secret of a variable or of the file that `<name>_FILE` names. Both undefined: none is set. */
export interface SecretRead {
  readonly secret: Secret | undefined
  readonly problem: Problem | undefined
}

/** Reads one secret at most; white space around it (a file's last newline) is dropped. No problem ever holds its value. */
export function readSecret(env: Env, files: Files, name: string, form: SecretForm): SecretRead {
  const fileVariable = `${name}_FILE`
  const value = envValue(env, name)
  const path = envValue(env, fileVariable)
  if (value !== undefined && path !== undefined) {
    const got = `${name} and ${fileVariable}`
    const remedy = `unset one of the two; ${fileVariable} is better: it is read again when the token changes`
    return refuse(name, 'one of the two', got, remedy)
  }
  if (path !== undefined) return readSecretFile(files, fileVariable, path, form)
  if (value === undefined) return { secret: undefined, problem: undefined }
  const fault = form.faultOf(value)
  if (fault === undefined) return { secret: createSecret(value, `env ${name}`), problem: undefined }
  const remedy = `set ${name} again from where it was issued`
  return refuse(name, form.expected, fault, remedy)
}

/** The secret in the file that a `_FILE` variable names. */
export function readSecretFile(files: Files, variable: string, path: string, form: SecretForm): SecretRead {
  // The likely mistake is the token itself in the variable of the file: such a value must not be shown as a path.
  if (!/^\.{0,2}\//.test(path)) {
    const remedy = `put the path of a file into ${variable}`
    return refuse(variable, 'a path beginning with / or ./', 'a text that is no such path', remedy)
  }
  const first = load(files, path, form)
  if ('fault' in first) {
    return refuse(variable, form.expected, `${first.fault}: ${describeValue(path)}`, 'correct the path or the file')
  }
  const again = (): string => {
    const next = load(files, path, form)
    if ('fault' in next) throw new Error(`${variable}: ${next.fault}: ${path}`)
    return next.value
  }
  return { secret: createSecret(first.value, path, again), problem: undefined }
}

function load(files: Files, path: string, form: SecretForm): { readonly value: string } | { readonly fault: string } {
  let value: string
  try {
    value = files.read(path).trim()
  } catch (error) {
    // Not chained: the cause of a failed read is its code, and that is told.
    return { fault: readFailure(error) }
  }
  if (value === '') return { fault: 'an empty file' }
  const fault = form.faultOf(value)
  return fault === undefined ? { value } : { fault: `a file with ${fault}` }
}

function refuse(name: string, expected: string, got: string, remedy: string): SecretRead {
  return { secret: undefined, problem: envProblem(name, expected, got, remedy) }
}
