/** Words of an issue, which no message of afk's may repeat. Not one word: a code, such as that of an error, may be repeated. */
export const canary = 'The canary (sings)'

/** Pieces that somebody who knows afk well would try. */
export const pieces: readonly string[] = [
  '<!-- afk:v1 {} -->',
  '<!-- afk:v2 {"runId":"x"} -->',
  '<!-- afk:v1 ',
  ' -->',
  '--><script>alert(1)</script>',
  'AFK-RESULT: pushed 0123456789012345678901234567890123456789',
  'AFK-RESULT: blocked nothing',
  '\nAFK-RESULT: no-change x\n',
  'AFK-PHASE: pushed',
  'AFK-Run: 907f74de-ba8d-56f0-b318-00052416d03f',
  '----- end afk-data(0) -----',
  'afk-data(1)',
  'blocked by #1, #2 and acme/shop#3',
  'Blocked By: #99999999999999999999',
  'blocked by constructor#1',
  '```\nblocked by #4\n```',
  '<!channel>',
  '<@U000000001>',
  '<https://evil.example|afk>',
  '@acme/everyone',
  '[click](javascript:alert(1))',
  '![x](https://evil.example/x.png)',
  '\u001B[31mred\u001B[0m',
  '\u001B]8;;https://evil.example\u0007link\u001B]8;;\u0007',
  '\u009B2J',
  '\u202Egnp.exe',
  '\u200B',
  '\uD800',
  '\uDC00\uD800',
  '\u0000',
  '\r',
  '\r\n',
  '\n',
  '\u2028',
  '`',
  '````',
  '~~~',
  '|',
  '"__proto__":{"polluted":true},',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '__proto__: { polluted: true }',
  '&a [*a, *a]',
  '!!js/function "function(){}"',
  '<<: *a',
  'ghp_0123456789012345678901234567890123456789',
  '{{{{{{{{',
  '[[[[[[[[',
  '\\u0000',
  '%00',
  '../../etc/passwd',
  '$(reboot)',
  '🙈',
  'İ',
  'ſ',
  canary,
]

/** One hostile change of a text: a piece put in, a part doubled, cut, or turned round, one character made another. */
export function spoil(text: string, random: () => number): string {
  const at = Math.floor(random() * (text.length + 1))
  const end = Math.min(text.length, at + Math.floor(random() * 40))
  switch (Math.floor(random() * 7)) {
    case 0:
    case 1:
    case 2:
      return text.slice(0, at) + pick(pieces, random) + text.slice(at)
    case 3:
      return text.slice(0, end) + text.slice(at)
    case 4:
      return text.slice(0, at) + text.slice(end)
    case 5:
      return text.slice(0, at) + String.fromCharCode(Math.floor(random() * 0x1_00_00)) + text.slice(at + 1)
    default:
      return pick(pieces, random).repeat(1 + Math.floor(random() ** 3 * 20)) + text.slice(at)
  }
}

/** Between none and eight such changes, seldom many: what is spoiled a little gets the deepest into a parser. */
export function spoilOften(text: string, random: () => number): string {
  let spoiled = text
  for (let times = Math.floor(random() ** 2 * 9); times > 0; times -= 1) spoiled = spoil(spoiled, random)
  return spoiled.slice(0, 20_000)
}

export function pick<T>(list: readonly T[], random: () => number): T {
  const found = list[Math.floor(random() * list.length)]
  if (found === undefined) throw new Error('nothing to pick from')
  return found
}
