// Preload for measured processes: tells on descriptor 3 what the process has spent when it ends. CommonJS, and next to nothing, because
// it is part of what it measures; bare Node is measured with it too.
process.once('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  const told = { cpuMs: (userCPUTime + systemCPUTime) / 1000, rssMiB: (ownPeak() ?? maxRSS) / 1024 }
  require('node:fs').writeSync(3, JSON.stringify(told))
})

// Linux hands the peak that `maxRSS` tells on from whoever started the process, through fork and exec: a large parent would count as
// ours. The peak of this address space alone is in its status. In KiB; null where there is no such file.
function ownPeak() {
  try {
    const peak = /^VmHWM:\s+(\d+) kB$/mu.exec(require('node:fs').readFileSync('/proc/self/status', 'utf8'))
    return peak === null ? null : Number(peak[1])
  } catch {
    return null
  }
}
