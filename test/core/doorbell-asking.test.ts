import { describe, expect, it } from 'vitest'
import { approvalBell } from '../../src/core/doorbell/doorbell-approval.ts'
import { readyToMergeBell } from '../../src/core/doorbell/doorbell-merge.ts'
import { questionBell } from '../../src/core/doorbell/doorbell-question.ts'
import { askingKinds, resolvedBell } from '../../src/core/doorbell/doorbell-resolved.ts'
import type { DoorbellMessage } from '../../src/core/effects.ts'
import { aCard } from './builders.ts'

const head = '0123456789abcdef0123456789abcdef01234567'
const pull = 'https://github.com/acme/shop/pull/77'
const issueUrl = 'https://github.com/acme/shop/issues/42'
const title = 'Round prices\n<!channel> to cents'
const titled = { label: '', text: '', quote: 'Round prices <!channel> to cents' }
const subject = { card: aCard({ links: { pull } }), title, issueUrl, repo: 'acme/shop' }
const labels = ({ paragraphs }: DoorbellMessage) => paragraphs.map(({ label }) => label)
const paragraph = ({ paragraphs }: DoorbellMessage, name: string) => paragraphs.find(({ label }) => label === name)

describe('questionBell', () => {
  const facts = { ...subject, question: 'Half up,\nor half even?', questionUrl: `${issueUrl}#issuecomment-9` }

  it('says what is asked, and where and how it is answered', () => {
    expect(questionBell({ ...facts, patience: 86_400 })).toEqual({
      kind: 'question',
      headline: 'acme/shop#42 asks a question',
      repo: 'acme/shop',
      issue: 42,
      paragraphs: [
        titled,
        {
          label: 'Question',
          text: 'The agent cannot decide this by itself, and waits.',
          quote: 'Half up, or half even?',
        },
        {
          label: 'Next',
          text: 'Answer with a comment on the issue: the first one by somebody who may write to the repo is passed on to the agent as it stands. Without an answer in 24 hours the run is stopped.',
        },
      ],
      buttons: [
        { label: 'Issue', url: `${issueUrl}#issuecomment-9` },
        { label: 'Pull request', url: pull },
      ],
      mention: true,
    })
  })

  it('leads to the issue where the question has no address, and quotes one line of 300', () => {
    const bell = questionBell({ ...facts, question: 'x'.repeat(5000), questionUrl: null, patience: 60 })
    expect(bell.buttons[0]).toEqual({ label: 'Issue', url: issueUrl })
    expect(paragraph(bell, 'Question')?.quote).toHaveLength(300)
  })
})

describe('approvalBell', () => {
  const facts = { ...subject, head, what: 'merge', patience: 604_800 } as const
  const both = { members: ['U000000ANN'], logins: ['mona'] }

  it('says what for, which commit, how to say yes and no in both places, who may, and until when', () => {
    expect(approvalBell({ ...facts, by: both })).toEqual({
      kind: 'approval',
      headline: 'acme/shop#42 asks for your yes to merge',
      repo: 'acme/shop',
      issue: 42,
      paragraphs: [
        titled,
        {
          label: 'Why',
          text: 'The work is finished, its checks are green, and it is merged as soon as you say so. The yes is for this commit alone: a new one asks again.',
          quote: head,
        },
        {
          label: 'Here',
          text: 'React to this message with :white_check_mark: to approve, or with :x: to reject.',
        },
        {
          label: 'Or on GitHub',
          text: 'To reject, comment /afk reject on the issue or the pull request. To approve, approve the pull request or comment this:',
          quote: '/afk approve 0123456789ab',
        },
        {
          label: 'Who',
          text: 'Only the people that the configuration names in approval.by. Without an answer in 7 days the run is stopped.',
        },
      ],
      buttons: [
        { label: 'Pull request', url: pull },
        { label: 'Issue', url: issueUrl },
      ],
      mention: true,
    })
  })

  it('offers only the ways that somebody may go', () => {
    expect(labels(approvalBell({ ...facts, by: { ...both, logins: [] } }))).toEqual(['', 'Why', 'Here', 'Who'])
    expect(labels(approvalBell({ ...facts, by: { ...both, members: [] } }))).toEqual(['', 'Why', 'On GitHub', 'Who'])
  })

  it('of a deployment without a pull request has none to approve', () => {
    const bell = approvalBell({ ...facts, what: 'deploy', card: aCard({ links: {} }), by: both })
    expect(bell.headline).toBe('acme/shop#42 asks for your yes to deploy')
    expect(JSON.stringify(bell)).not.toMatch(/pull request/iu)
    expect(paragraph(bell, 'Why')?.text).toContain('its deployment waits')
  })

  it('of a deployment never says that a review of the pull request counts', () => {
    const bell = approvalBell({ ...facts, what: 'deploy', by: both })
    expect(paragraph(bell, 'Or on GitHub')?.text).toBe(
      'To reject, comment /afk reject on the issue or the pull request. To approve, comment this:',
    )
  })

  it('tells of findings that are still open, and quotes how they begin', () => {
    const open = { text: 'The last review had 2 findings.', quote: 'src/a.ts:3 forgets the coupon' }
    const bell = approvalBell({ ...facts, by: both, open })
    expect(paragraph(bell, 'Open')).toEqual({ label: 'Open', ...open })
  })
})

describe('readyToMergeBell', () => {
  const facts = { ...subject, head, patience: 604_800 }

  it.each([
    ['merge-human', '', 'In this repo a person merges.', 'Look at the pull request and merge it.'],
    ['merge-refused', ', and GitHub refuses it', 'GitHub', 'Merge it, or do away with what GitHub refuses it for'],
    ['review-required', ' but for a review', 'requires a review', 'Review and approve it'],
    ['changes-requested', ' once a review is settled', 'requested changes', 'The reviewer approves'],
    ['draft', ' once it is no draft', 'is a draft', 'Mark it as ready for review'],
    ['a code of another version', '', 'A person has to merge it.', 'Look at the pull request and merge it.'],
  ] as const)('%s', (why, but, words, next) => {
    const bell = readyToMergeBell({ ...facts, why })
    const headline = `acme/shop#42 is ready to merge${but}`
    expect(bell).toMatchObject({ kind: 'ready-to-merge', headline, mention: true })
    expect(paragraph(bell, 'Why')).toMatchObject({ text: expect.stringContaining(words) as unknown, quote: head })
    const text = paragraph(bell, 'Next')?.text ?? ''
    expect(text.startsWith(next)).toBe(true)
    expect(text).toMatch(/ Closing it ends the run\. If it is not merged in 7 days, the run is stopped\.$/u)
    expect(bell.buttons[0]).toEqual({ label: 'Pull request', url: pull })
  })

  it.each(['review-required', 'changes-requested', 'draft', 'merge-blocked'])(
    '%s: asks nobody to merge what afk merges by itself once that is done',
    (why) => {
      const text = paragraph(readyToMergeBell({ ...facts, why }), 'Next')?.text
      expect(text).toContain('afk then merges it by itself')
      expect(text).not.toMatch(/\bmerge it\b/iu)
    },
  )

  it('tells of findings that are still open', () => {
    expect(labels(readyToMergeBell({ ...facts, why: 'merge-human', open: { text: 'One is open.' } }))).toEqual([
      '',
      'Why',
      'Open',
      'Next',
    ])
  })
})

describe('resolvedBell', () => {
  it.each([
    ['waiting', 'acme/shop#42 waits for a person'],
    ['question', 'acme/shop#42 asks a question'],
    ['approval', 'acme/shop#42 asks for your yes'],
    ['ready-to-merge', 'acme/shop#42 is ready to merge'],
  ] as const)('of %s keeps what it was about, and asks for nothing', (kind, headline) => {
    const resolution = { what: 'Answered', by: { login: 'mona' }, at: 5 }
    expect(resolvedBell({ ...subject, kind, resolution })).toEqual({
      kind,
      headline,
      repo: 'acme/shop',
      issue: 42,
      paragraphs: [titled],
      buttons: [
        { label: 'Issue', url: issueUrl },
        { label: 'Pull request', url: pull },
      ],
      mention: false,
      resolved: resolution,
    })
  })

  it('is there for every kind that asks', () => {
    expect(askingKinds).toEqual(['waiting', 'question', 'approval', 'ready-to-merge'])
  })
})
