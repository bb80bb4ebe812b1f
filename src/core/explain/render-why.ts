import type { EligibilityCode, Facts } from '../dispatch/eligibility.ts'
import type { Failing } from '../dispatch/dispatch-plan.ts'
import { codeQuote } from '../text/escape.ts'
import { explainSkip } from './explain.ts'
import { instantText } from '../text/instant-text.ts'
import type { Labels } from '../policy.ts'
import { whyTag } from './why-comment.ts'

/**
 * Why an issue does not start, as the text of a comment for people. A function of its arguments only and free of what changes from tick
 * to tick, so that a text that differs means news. Whatever comes from outside stands in a code quote: nobody is pinged, nothing linked.
 */
export function renderWhy(reasons: readonly Failing[], labels: Labels): string {
  return [
    `### afk: this issue does not start by itself`,
    ...reasons.map(reasonText),
    `<sub>This is about the label ${codeQuote(labels.ready)}; without the label it means nothing. afk looks again every ten minutes: the comment changes with the reason and is gone when the issue starts.</sub>`,
    whyTag(reasons.map(({ code }) => code)),
  ].join('\n\n')
}

function reasonText({ code, facts }: Failing): string {
  const { title, meaning, remedy } = explainSkip(code)
  const detail = Object.hasOwn(details, code) ? (details[code]?.(facts) ?? '') : ''
  return [`**${capital(title)}.** ${meaning}${detail === '' ? '' : ` ${detail}`}`, `**What to do:** ${remedy}`].join(
    '\n\n',
  )
}

const details: { readonly [code in EligibilityCode]?: (facts: Facts) => string } = {
  'human-label': ({ label, by, at }) => `${quote(label)} was put on by ${who(by)}${when(at)}.`,
  'untrusted-labeller': ({ by, via, permission, account, event }) => {
    if (by === null) return ''
    if (via !== undefined) return `It was ${who(by)}, through the app ${quote(via)}.`
    if (event !== undefined) return `It was ${who(by)}, and the event is ${String(event)}.`
    return `It was ${who(by)} (${account === undefined ? `permission: ${quote(permission)}` : String(account)}).`
  },
  'edited-after-label': ({ what, by, at }) =>
    `The ${what === 'title' ? 'title' : 'text'} was changed by ${who(by)}${when(at)}.`,
  blocked: ({ by }) => {
    const names = Array.isArray(by) ? by : []
    if (names.length === 0) return ''
    const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : ''
    return `It waits for ${names.slice(0, SHOWN).map(quote).join(', ')}${more}.`
  },
  'base-red': ({ branch }) => `The branch is ${quote(branch)}.`,
  'repo-moved': ({ now }) => `It is called ${quote(now)} now.`,
}

/** Blockers named at most. */
const SHOWN = 10

function who(login: Facts[string] | undefined): string {
  return typeof login === 'string' ? quote(login) : 'an account that is gone'
}

function when(at: Facts[string] | undefined): string {
  return typeof at === 'string' ? `, ${instantText(Date.parse(at))}` : ''
}

function quote(value: Facts[string] | undefined): string {
  return codeQuote(String(value), 100)
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
