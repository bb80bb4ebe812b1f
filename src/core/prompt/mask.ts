import { maskPrivateKeys } from './mask-keys.ts'

/**
 * A text without what looks like a secret: tokens of known makers, private keys, JSON web tokens, authorization headers, values that
 * are assigned to names such as `password` or `API_KEY`, user and password in an address. Each gives way to `[masked]`; what is around
 * it stays readable. It may mask too much, and no list is ever complete: a second line of defence, for logs that an agent or a person
 * will read. Mask before cutting, or half a secret is not recognised. Linear: no pattern can begin again inside what it has read.
 */
export function maskSecrets(text: string): string {
  return patterns.reduce(
    (masked, { pattern, replacement }) => masked.replaceAll(pattern, replacement),
    maskPrivateKeys(text),
  )
}

interface Pattern {
  readonly pattern: RegExp
  readonly replacement: string
}

const patterns: readonly Pattern[] = [
  // Makers' tokens, as documented by them: GitHub, GitLab, Slack, AWS key ids, npm, Google, OpenAI and Anthropic, Stripe.
  whole(/gh[oprsu]_[A-Za-z0-9]{16,}/gu),
  whole(/github_pat_\w{16,}/gu),
  whole(/glpat-[\w-]{16,}/gu),
  whole(/(?<![A-Za-z0-9])xox[a-z]-[A-Za-z0-9-]{8,}/gu),
  whole(/(?<![A-Za-z0-9])xapp-[A-Za-z0-9-]{8,}/gu),
  { pattern: /(hooks\.slack\.com\/[a-z]{1,20}\/)[\w/-]{8,}/giu, replacement: '$1[masked]' },
  whole(/(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])/gu),
  whole(/(?<![A-Za-z0-9])npm_[A-Za-z0-9]{30,}/gu),
  whole(/(?<![A-Za-z0-9])AIza[\w-]{30,}/gu),
  whole(/(?<![A-Za-z0-9])ya29\.[\w-]{20,}/gu),
  whole(/(?<![A-Za-z0-9-])sk-[\w-]{20,}/gu),
  whole(/(?<![A-Za-z0-9])[rs]k_(?:live|test)_[A-Za-z0-9]{10,}/gu),
  // JSON web tokens, and executor tokens of the same look: base64url of `{"…`, a dot, a signature.
  whole(/(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/gu),
  // To the end of the line or quotation: a scheme's parts are secrets too.
  {
    pattern: /((?:authorization|x-api-key|cookie)["']?[ \t]{0,5}[:=][ \t]{0,5}["']?)[^\r\n"']+/giu,
    replacement: '$1[masked]',
  },
  { pattern: /((?<!\w)(?:bearer|basic)[ \t]{1,5})[\w.~+/=-]{16,}/giu, replacement: '$1[masked]' },
  {
    pattern: named(String.raw`\\{0,2}["']?[ \t]{0,5}(?:=>|:?={1,3})[ \t]{0,5}`, String.raw`[^\s"'&,;]+`),
    replacement: '$1[masked]',
  },
  // With a colon it may be prose ("unexpected token: }"), so a short bare word stays.
  {
    pattern: named(String.raw`\\{0,2}["']?[ \t]{0,5}:[ \t]{0,5}`, String.raw`[^\s"'&,;]{6,}`),
    replacement: '$1[masked]',
  },
  { pattern: /:\/\/[^\s/@"'<>]{1,300}@/gu, replacement: '://[masked]@' },
]

function whole(pattern: RegExp): Pattern {
  return { pattern, replacement: '[masked]' }
}

/** An assignment to a name that says it is secret, such as `AWS_SECRET_ACCESS_KEY` or `dbPassword`. */
function named(sign: string, bare: string): RegExp {
  const names =
    'password|passwd|passphrase|pwd|secret|token|signature|api[_-]?key|access[_-]?key|private[_-]?key|credentials?'
  return new RegExp(String.raw`((?:${names})[\w-]{0,40}${sign})(?:\\{0,2}"[^"\n]+"|'[^'\n]+'|${bare})`, 'giu')
}
