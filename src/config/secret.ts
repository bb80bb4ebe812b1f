/** A value that never shows itself: text, JSON and inspection give its source instead. */
export interface Secret {
  readonly read: () => string
  /**
   * Reads the file again and returns what is in it now (tokens rotate; SPEC 4: once after a 401). From a variable:
   * the same value. Throws when the file is no longer good, naming the file only; `read` then keeps the old value.
   */
  readonly reload: () => string
  /** `env AFK_X`, or the file's path. */
  readonly source: string
  readonly toString: () => string
  readonly toJSON: () => string
}

/** The value lives in a closure, so that no inspection of the object can reach it. */
export function createSecret(value: string, source: string, readAgain: () => string = () => value): Secret {
  let current = value
  const shown = `[secret from ${source}]`
  const secret: Secret = {
    source,
    read: () => current,
    reload: () => {
      current = readAgain()
      return current
    },
    toString: () => shown,
    toJSON: () => shown,
  }
  return Object.defineProperty(secret, Symbol.for('nodejs.util.inspect.custom'), {
    value: () => shown,
  })
}
