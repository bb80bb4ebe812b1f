export interface Allowed {
  operation: RegExp
  /** Of the violation's text. */
  text: RegExp
  reason: string
}

/** Where GitHub's behaviour and GitHub's description part. Each entry says why the behaviour wins. */
export const allowed: Allowed[] = [
  {
    operation: /^issues\/list-events(-for-timeline)?$/,
    text: /^response 200 \/\d+\/actor must be object, got null$/,
    reason: 'the actor of an event is null once the account is deleted; the description does not say so',
  },
  {
    operation: /^(checks|actions)\//,
    text: /^response 200 \S*\/conclusion must be equal to one of the allowed values, got "stale"$/,
    reason: 'GitHub sets `stale` on check runs; the enum of check-run and job lacks the word that check-suite has',
  },
  {
    operation: /^apps\/list-installations$/,
    text: /^response 200 \/\d+\/account must have required property '(name|slug|created_at|updated_at)'/,
    reason:
      'the description wants an account to be a user and an enterprise at once (allOf where `installation` has anyOf)',
  },
  {
    operation: /^repos\/(list|create)-deployment-status(es)?$/,
    text: /\/(target_url|log_url|environment_url) must match format "uri", got ""$/,
    reason: 'GitHub answers "" for an address that was not given, its own default in the description, which is no uri',
  },
  {
    operation: /^repos\/list-deployment-statuses$/,
    text: /^response 200 \/\d+\/state must be equal to one of the allowed values, got "waiting"$/,
    reason: 'a job that waits for the reviewers of its environment gives its deployment the status `waiting`',
  },
  {
    operation: /^pulls\//,
    text: /^response 20\d \S*\/head\/repo must be object, got null$/,
    reason: 'a pull request whose fork is deleted has no head repository; the description does not say so',
  },
  {
    operation: /^pulls\/(list|get|create)-(reply-for-)?review-comments?$/,
    text: /^response 20\d \S*\/(original_)?(line|position) must be integer, got null$/,
    reason: 'the place of a comment is null once it is outdated, and for a comment on a whole file',
  },
  {
    operation: /^issues\/add-labels$/,
    text: /^request body \/ must be object, got \[/,
    reason: 'GitHub takes a bare array of labels too: the description says so in words, its schema does not',
  },
]
