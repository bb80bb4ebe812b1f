/** Slack's limits of a message (docs.slack.dev, Block Kit reference); a message over one of them is refused whole, and rings nobody. */
export const limits = {
  header: 150,
  section: 3_000,
  /** Of one line with all that belongs to it; a section of 3,000 holds it and a mention. */
  line: 2_500,
  blocks: 50,
  buttonLabel: 75,
  buttonUrl: 3_000,
  /** More than five in a row wrap on a phone; Slack's own limit is 25. */
  buttons: 5,
  /** SPEC 9. */
  quote: 300,
  /**
   * All mrkdwn of a message together. Slack answers `msg_blocks_too_long` somewhere above 13,000 characters and documents no number,
   * so this stays well below.
   */
  total: 9_000,
} as const
