/** The cluster's own record of what afk did, for who looks at the cluster and not at the log. Best effort: nothing rests on it. */
export interface Journal {
  /** Appends; twice is two entries. Throws PortError only. */
  readonly record: (entry: JournalEntry) => Promise<void>
}

export interface JournalEntry {
  /** One word in upper camel case, such as `Dispatched`: people filter by it. */
  readonly reason: string
  /** One line of afk's own words, without any text from outside; longer than 1,024 characters is cut. */
  readonly message: string
  readonly type: 'Normal' | 'Warning'
}
