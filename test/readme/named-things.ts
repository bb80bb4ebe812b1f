/** What a page tells its readers to run, open or set, as far as a machine can see it. */
export interface Named {
  /** Of `npm run <script>` and `npm test`. */
  readonly scripts: readonly string[]
  /** Of `npx <tool>`. */
  readonly tools: readonly string[]
  /** From the root of the project; with `*` or `{`, a pattern. */
  readonly paths: readonly string[]
  /** Targets of Markdown links and pictures that are no web address; from the folder of the page. */
  readonly links: readonly string[]
  readonly variables: readonly string[]
}

export function namedIn(page: string): Named {
  return {
    scripts: [...all(page, /\bnpm run (?:-s |--silent )?([\w:-]+)/gu), ...(/\bnpm test\b/u.test(page) ? ['test'] : [])],
    tools: all(page, /\bnpx ([\w-]+)/gu),
    // A full stop or a comma at the end is the sentence's.
    paths: all(page, /(?<![\w./@-])((?:src|test|bench|deploy|\.ci)\/(?:[\w./*{},-]*[\w/*}-])?)/gu),
    links: all(page, /\]\(([^)\s]+)\)/gu).filter((target) => !/^(?:https?:|#)/u.test(target)),
    variables: all(page, /\b(AFK_[A-Z\d_]*[A-Z\d])\b/gu),
  }
}

function all(page: string, pattern: RegExp): readonly string[] {
  return [...new Set([...page.matchAll(pattern)].map(([, found]) => found ?? ''))]
}
