import type { Card } from '../card/card.ts'
import type { DoorbellMessage } from '../effects.ts'
import { oneLine } from '../text/escape.ts'
import type { RepoName } from '../model.ts'

/** What every doorbell of a run is about. */
export interface BellSubject {
  readonly card: Card
  /** Of the issue: text from outside, which stands in a quote only. */
  readonly title: string
  readonly issueUrl: string
  readonly repo: RepoName
}

export type Paragraph = DoorbellMessage['paragraphs'][number]

/** `owner/name#number`, with which every headline begins. */
export function issueName({ card, repo }: BellSubject): string {
  return `${repo}#${card.issue}`
}

/** On a phone a number alone says nothing. */
export function titleParagraph(title: string): readonly Paragraph[] {
  const quote = oneLine(title)
  return quote === '' ? [] : [{ label: '', text: '', quote }]
}

/** What comes from outside stands in the quote, as one short line; none when there is nothing to quote. */
export function quotedParagraph(label: string, text: string, outside: string): Paragraph {
  const quote = oneLine(outside)
  return quote === '' ? { label, text } : { label, text, quote }
}

/** Only what has a proper address; a deployment that only a person can let go first, the pull request first where that is what the message is about. */
export function buttonsOf(
  { links, deployment }: Card,
  issueUrl: string,
  about: 'issue' | 'pull' = 'issue',
): DoorbellMessage['buttons'] {
  const issue = { label: 'Issue', url: issueUrl } as const
  const pull = { label: 'Pull request', url: links.pull } as const
  const held = deployment?.state === 'there' ? deployment.url : undefined
  const candidates = [
    { label: 'Deployment', url: held },
    ...(about === 'pull' ? [pull, issue] : [issue, pull]),
    { label: 'Thread', url: links.thread },
    { label: 'Commit', url: links.commit },
    { label: 'CI', url: links.ci },
  ] as const
  return candidates.flatMap(({ label, url }) =>
    url !== undefined && /^https?:\/\/\S+$/u.test(url) ? [{ label, url }] : [],
  )
}
