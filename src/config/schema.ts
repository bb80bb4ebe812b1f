/**
 * The single source of every tunable (SPEC 4): name, default, bounds, meaning.
 * Variable names, file parsing, defaults, the docs table and the resolved policy are all derived from it.
 * Owns no endpoint and no secret: `settings.ts` and `secrets.ts`.
 */
import * as z from 'zod'

import { choice, count, dollars, flag, list, oneOf, seconds, text, textForm } from './field.ts'

// Before any schema is made. zod compiles a parser for each object schema with `new Function`, which pays after thousands of objects: a
// tick parses tens, and would spend 5 ms of CPU on it each time.
z.config({ jitless: true })

const DAY = 86_400
const WEEK = 7 * DAY

// GitHub: at most 50 characters. The edges are ours: a label with a blank at its edge is a typing error.
const label = textForm('a label of 1 to 50 characters, no blank at its edges', /^(?!\s)[^\p{Cc}]{1,50}(?<!\s)$/u)
const login = textForm('a GitHub login such as octocat or renovate[bot]', /^[a-z\d][a-z\d_-]{0,99}(?:\[bot\])?$/i)
const glob = textForm(
  'a path pattern relative to the repository, such as .github/**',
  /^(?![\s/!])[^\p{Cc}\\]{1,500}(?<!\s)$/u,
)
const word = textForm('one word', /^[^\s\p{Cc}]{1,200}$/u)
// T3 answers 400 to an instance id that is no slug (contracts/t3.md).
const slug = textForm('a slug of letters, digits, - and _', /^[a-z\d][a-z\d_-]{0,99}$/i)
const folder = textForm('an absolute path without a slash at its end', /^(?=.{2,1000}$)(?:\/[^/\p{Cc}]+)+$/u)
const checkName = textForm('the name of a check or a status', /^(?!\s)[^\p{Cc}]{1,300}(?<!\s)$/u)
// `read` and `none` are left out: on a public repo everybody has `read`. Custom roles count by their base permission.
const permission = oneOf(['admin', 'maintain', 'write', 'triage'])

/** Over all repos: no repo's entry may set them. */
export const globalShape = {
  maxConcurrentRuns: count(5, 1, 1000, 'Runs in flight over all repos; one run a repo always.'),
  maxDispatchPerTick: count(3, 0, 1000, 'Runs that one poller tick starts.'),
  maxRunsPerDay: count(
    50,
    0,
    10_000,
    'Runs started in the last 24 hours (threads of afk created since, without those that were archived or deleted in T3).',
  ),
}

const fixForward = z.strictObject(
  {
    maxAttempts: count(5, 0, 100, 'Corrective turns a run; at it the run is frozen.'),
    maxSeconds: seconds(
      3600,
      0,
      WEEK,
      'Time for fixing forward since the first red, without waits for people; never freezes before one delivered attempt.',
    ),
    stagnationThreshold: count(3, 1, 100, 'The same failing set so many times in a row freezes the run.'),
  },
  'a mapping',
)

const review = z.strictObject(
  { rounds: count(1, 0, 3, 'Reviews of a pull request by a second agent; 0 is none.') },
  'a mapping',
)

const approver = textForm('a GitHub login, or a Slack user id such as U012ABCDEF', /^[a-z\d][a-z\d_-]{0,99}$/i)

const approval = z.strictObject(
  {
    before: list([], oneOf(['merge', 'deploy']), 'What waits for the yes of a person.'),
    by: list(
      [],
      approver,
      'Whose yes counts: GitHub logins and Slack user ids. A login that looks like such an id, as U2 does, is written in lower case.',
    ),
  },
  'a mapping',
)

/** Global values that a repo's entry may replace. */
export const sharedShape = {
  readyLabel: text('ready-for-agent', label, 'The label that hands an issue to afk.'),
  inProgressLabel: text('agent-in-progress', label, 'The lock: the label of an issue whose run is in flight.'),
  humanLabel: text('ready-for-human', label, 'The label of an issue that afk gave back to people.'),
  pickupDelaySeconds: seconds(60, 0, WEEK, 'Time since the label event, to take it back.'),
  trustedPermissions: list(['admin', 'maintain', 'write'], permission, 'Repository permissions whose label counts.'),
  trustedActors: list([], login, 'Logins (bots too) trusted whatever their permission.'),
  agentLogins: list([], login, 'Logins that agents push with; never trusted, like the own login of afk.'),
  protectedPaths: list(['.github/**'], glob, 'Paths whose change never lands silently.'),
  allowProtectedPaths: flag(false, 'Let runs that change protected paths land.'),
  defaultPriority: count(100, 0, 1_000_000, 'Priority of an issue without a priority label; the lowest runs first.'),
  requireGreenBase: flag(true, 'Do not start on a red default branch.'),
  fixForward: fixForward.prefault({}),
  ciStartGraceSeconds: seconds(900, 0, WEEK, 'Time after a push in which no check at all is still no fault.'),
  ciSettleSeconds: seconds(60, 0, WEEK, 'Green counts only this long after the head was first seen.'),
  ciMaxSeconds: seconds(5400, 0, WEEK, 'Limit for checks that never conclude.'),
  rolloutMaxSeconds: seconds(1800, 0, WEEK, 'Limit for a rollout that never converges.'),
  maxRunSeconds: seconds(
    14_400,
    0,
    WEEK,
    'Wall clock of a run before its first push, without waits for answers to questions on the issue.',
  ),
  stallSeconds: seconds(1800, 1, WEEK, 'Limit for a running thread with nothing new from it.'),
  maxTurnRetries: count(2, 0, 100, 'Retries of a turn that ended in error.'),
  retryBackoffSeconds: seconds(300, 0, WEEK, 'Wait before the first retry; doubles with each.'),
  maxNudges: count(1, 0, 100, 'Reminders after a clean turn with nothing pushed and no report.'),
  budgetUsd: dollars(100, 0.01, 1_000_000, 'Estimated cost of a run at which it is stopped.'),
  usdPerMillionTokens: dollars(6, 0, 100_000, 'Price for the estimate: T3 reports tokens, not money.'),
  startGraceSeconds: seconds(300, 1, WEEK, 'Limit for an accepted turn without a sign of life.'),
  questionMaxSeconds: seconds(DAY, 0, 30 * DAY, 'Limit for an answer of people, since the doorbell rang.'),
  maxQuestions: count(3, 0, 100, 'Questions that a run may ask.'),
  landing: choice('push', ['push', 'pull-request'], 'How finished work reaches the default branch.'),
  merge: choice('auto', ['auto', 'human'], 'Who merges a pull request that is ready: afk, or a person.'),
  mergeMethod: choice('squash', ['squash', 'merge', 'rebase'], 'How afk merges, where the repo allows it.'),
  mergeMaxSeconds: seconds(WEEK, 1, 90 * DAY, 'Limit for people to merge or to approve, since the doorbell rang.'),
  review: review.prefault({}),
  approval: approval.prefault({}),
  model: text('claude-sonnet-4-6', word, 'The model that T3 runs.'),
  instanceId: text('claudeAgent', slug, 'The provider instance that T3 runs it on.'),
  runtimeMode: choice(
    'full-access',
    ['approval-required', 'auto-accept-edits', 'full-access'],
    'What T3 lets the agent do unasked.',
  ),
  workspaceBase: text('/data', folder, 'Checkouts in the executor: `<base>/<owner>__<name>`.'),
  notifyDone: flag(true, 'Ring (quietly) for landed runs too.'),
  archiveAfterSeconds: seconds(
    172_800,
    0,
    365 * DAY,
    'Age at which threads of ended runs are archived in T3. Below 86400 `maxRunsPerDay` forgets runs of the day.',
  ),
  explainOnIssue: flag(true, 'Say on an issue why it does not start, when only a person can mend that.'),
}

const kubernetesName = z.string('a Kubernetes name').regex(/^[a-z\d][a-z\d.-]{0,252}$/, 'a Kubernetes name')
const imageWords = 'a template with {sha} or {shortSha} and no other {…}'
const imageTemplate = z
  .string(imageWords)
  .max(500, imageWords)
  .refine((template) => /\{(?:sha|shortSha)\}/.test(template), imageWords)
  .refine((template) => !/[{}\s]/.test(template.replaceAll(/\{(?:sha|shortSha)\}/g, '')), imageWords)

const kubernetesRollout = z.strictObject(
  {
    namespace: kubernetesName,
    kind: z.enum(['Deployment', 'StatefulSet'], 'Deployment or StatefulSet'),
    name: kubernetesName,
    container: z.exactOptional(kubernetesName),
    image: imageTemplate,
  },
  'a mapping with namespace, kind, name and image',
)

const deploymentRollout = z.strictObject(
  {
    environment: z.string('the name of a GitHub environment').regex(/^\S.{0,254}$/, 'the name of a GitHub environment'),
  },
  'a mapping with environment',
)

const rolloutWords = 'none, {kubernetes: {namespace, kind, name, image}} or {githubDeployment: {environment}}'
const rollout = z.union(
  [
    z.literal('none').transform(() => ({ kind: 'none' as const })),
    z.strictObject({ kubernetes: kubernetesRollout }).transform(({ kubernetes: { kind, ...rest } }) => ({
      kind: 'kubernetes' as const,
      workload: kind,
      ...rest,
    })),
    z.strictObject({ githubDeployment: deploymentRollout }).transform(({ githubDeployment }) => ({
      kind: 'githubDeployment' as const,
      ...githubDeployment,
    })),
  ],
  rolloutWords,
)

const argvWords = 'a list of commands, each a list of words such as [npm, ci]'
const argvs = z
  .array(z.array(z.string('a text (put it in quotes)'), argvWords).min(1, argvWords), argvWords)
  .max(100, 'at most 100 commands')
  .default([])
const commandsWords = 'a mapping with setup, test and lint'

/** Only in a repo's entry. */
export const repoOnlyShape = {
  requiredChecks: list([], checkName, 'Checks that must be present and succeed; none named: all that exist.'),
  ci: choice('checks', ['checks', 'none'], 'Whether the repo has checks to wait for.'),
  rollout: rollout.prefault('none').meta({
    kind: 'none',
    allowed: rolloutWords,
    description:
      'Where a landed commit must show up; `image` is what the image contains, with `{sha}` or `{shortSha}` (exactly 7 characters).',
  }),
  commands: z.strictObject({ setup: argvs, test: argvs, lint: argvs }, commandsWords).prefault({}).meta({
    kind: 'none',
    allowed: commandsWords,
    description: 'Commands told to the agent (argument lists; afk runs none of them).',
  }),
  instructions: z
    .string('a text of at most 20000 characters')
    .max(20_000, 'a text of at most 20000 characters')
    .default('')
    .meta({
      kind: 'none',
      allowed: 'a text of at most 20000 characters',
      description: 'Free text for the agent.',
    }),
}

/** One repo's whole policy, with defaults. */
export const repoPolicySchema = z.strictObject({ ...sharedShape, ...repoOnlyShape })

export const globalPolicySchema = z.strictObject(globalShape)
