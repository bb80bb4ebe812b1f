// Bare Node: what every process pays before the first line of afk.
process.exitCode = 0
