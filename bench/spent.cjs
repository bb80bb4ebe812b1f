// Preload for measured processes: tells on descriptor 3 what the process has spent when it ends. CommonJS, and next to nothing, because
// it is part of what it measures; bare Node is measured with it too.
process.once('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  const told = { cpuMs: (userCPUTime + systemCPUTime) / 1000, rssMiB: maxRSS / 1024 }
  require('node:fs').writeSync(3, JSON.stringify(told))
})
