/**
 * What Slack refuses in `chat.postMessage`, for the blocks that afk uses: the emulator behind this proxy accepts anything.
 * Source: docs.slack.dev, Block Kit reference (header, section, context, actions, button, text object). Any other block or field is
 * refused, so that using a new one means reading its limits first. Returns problems in the form of Slack's `response_metadata`.
 */
export function validateBlocks(blocks: unknown): string[] {
  if (!Array.isArray(blocks)) return ['[ERROR] must be an array [json-pointer:/blocks]']
  const problems: string[] = []
  const say = (pointer: string, what: string) => void problems.push(`[ERROR] ${what} [json-pointer:/blocks${pointer}]`)
  if (blocks.length > 50) say('', 'no more than 50 items allowed')
  const actionIds = new Set<string>()
  blocks.forEach((block: unknown, index) => {
    const at = `/${index}`
    if (!isObject(block)) return say(at, 'must be an object')
    const allowed = FIELDS[String(block['type'])]
    if (allowed === undefined) return say(`${at}/type`, `unsupported type: ${String(block['type'])}`)
    for (const key of Object.keys(block))
      if (!allowed.includes(key)) say(`${at}/${key}`, `invalid additional property: ${key}`)
    switch (block['type']) {
      case 'header':
        return checkText(block['text'], ['plain_text'], 150, `${at}/text`, say)
      case 'section':
        return checkText(block['text'], ['plain_text', 'mrkdwn'], 3_000, `${at}/text`, say)
      case 'context':
        return checkList(block['elements'], 10, `${at}/elements`, say, (element, pointer) =>
          checkText(element, ['plain_text', 'mrkdwn'], 3_000, pointer, say),
        )
      default:
        return checkList(block['elements'], 25, `${at}/elements`, say, (element, pointer) =>
          checkButton(element, pointer, actionIds, say),
        )
    }
  })
  return problems
}

type Say = (pointer: string, what: string) => void

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  header: ['type', 'block_id', 'text'],
  section: ['type', 'block_id', 'text'],
  context: ['type', 'block_id', 'elements'],
  actions: ['type', 'block_id', 'elements'],
}

function checkText(value: unknown, types: readonly string[], max: number, at: string, say: Say): void {
  if (!isObject(value)) return say(at, 'missing required field: text')
  const { type, text } = value as { type?: unknown; text?: unknown }
  if (typeof type !== 'string' || !types.includes(type)) return say(`${at}/type`, `must be one of ${types.join(', ')}`)
  const allowed = type === 'mrkdwn' ? ['type', 'text', 'verbatim'] : ['type', 'text', 'emoji']
  for (const key of Object.keys(value))
    if (!allowed.includes(key)) say(`${at}/${key}`, `invalid additional property: ${key}`)
  if (typeof text !== 'string' || text.length < 1) return say(`${at}/text`, 'must be more than 0 characters')
  if (text.length > max) say(`${at}/text`, `must be less than ${max + 1} characters`)
}

function checkButton(value: unknown, at: string, actionIds: Set<string>, say: Say): void {
  if (!isObject(value) || value['type'] !== 'button') return say(`${at}/type`, 'must be a button')
  for (const key of Object.keys(value)) {
    if (!['type', 'text', 'url', 'action_id', 'value', 'style'].includes(key))
      say(`${at}/${key}`, `invalid additional property: ${key}`)
  }
  checkText(value['text'], ['plain_text'], 75, `${at}/text`, say)
  const { url, action_id: actionId } = value as { url?: unknown; action_id?: unknown }
  if (url !== undefined && (typeof url !== 'string' || url.length > 3_000 || !/^https?:\/\/[^\s/]+/.test(url)))
    say(`${at}/url`, 'invalid url')
  if (actionId === undefined) return
  if (typeof actionId !== 'string' || actionId.length > 255)
    return say(`${at}/action_id`, 'must be a string of at most 255 characters')
  if (actionIds.has(actionId)) say(`${at}/action_id`, `\`action_id\` \`${actionId}\` already exists`)
  actionIds.add(actionId)
}

function checkList(
  value: unknown,
  max: number,
  at: string,
  say: Say,
  check: (element: unknown, pointer: string) => void,
): void {
  if (!Array.isArray(value) || value.length < 1) return say(at, 'must have at least 1 item')
  if (value.length > max) say(at, `no more than ${max} items allowed`)
  value.forEach((element: unknown, index) => check(element, `${at}/${index}`))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
