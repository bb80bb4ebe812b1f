import { validateBlocks } from './validate-blocks.ts'

/** Slack's refusal of a `chat.postMessage` body, or null when it would post it. */
export function checkMessage(form: URLSearchParams): Record<string, unknown> | null {
  const text = form.get('text') ?? ''
  const blocks = form.get('blocks')
  // docs.slack.dev, chat.postMessage: cut at 40,000 characters, refused well above; a doorbell has no business near either.
  if (text.length > 40_000) return { ok: false, error: 'msg_too_long' }
  if (blocks === null) return text === '' ? { ok: false, error: 'no_text' } : null
  const parsed = parse(blocks)
  const problems = validateBlocks(parsed)
  if (problems.length > 0)
    return { ok: false, error: 'invalid_blocks', errors: problems, response_metadata: { messages: problems } }
  // Undocumented; people report refusals from about 13,200 characters of text in all blocks on.
  return lengthOfTexts(parsed) > 13_200 ? { ok: false, error: 'msg_blocks_too_long' } : null
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function lengthOfTexts(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + lengthOfTexts(item), 0)
  if (typeof value !== 'object' || value === null) return 0
  return Object.entries(value).reduce(
    (sum, [key, item]) => sum + (key === 'text' && typeof item === 'string' ? item.length : lengthOfTexts(item)),
    0,
  )
}
