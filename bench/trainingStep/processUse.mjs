import { readdirSync, readFileSync } from 'node:fs'

/** Linux counts processor time in hundredths of a second. */
const MS_PER_TICK = 10

/**
 * Processor time and memory of the renderers that a browser with this profile runs (Linux: from /proc); null where there
 * is no /proc. Processor time does not grow with what else the machine does, as time on the clock does.
 *
 * @param {string} profile folder given to the browser
 * @returns {{ cpuMs: number, residentBytes: number } | null}
 */
export function processUse(profile) {
  const processes = new Map()
  try {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      const found = readProcess(pid)
      if (found !== null) processes.set(pid, found)
    }
  } catch {
    return null
  }
  const isOurs = (pid) => {
    for (let at = processes.get(pid); at !== undefined; at = processes.get(at.parent)) {
      if (at.command.includes(`--user-data-dir=${profile}`)) return true
    }
    return false
  }
  const renderers = [...processes].filter(
    ([pid, { command }]) => command.includes('--type=renderer') && isOurs(pid),
  )
  const sum = (pick) => renderers.reduce((total, [, found]) => total + pick(found), 0)
  return { cpuMs: sum(({ cpuMs }) => cpuMs), residentBytes: sum(({ residentBytes }) => residentBytes) }
}

function readProcess(pid) {
  try {
    // The name in parentheses may hold spaces.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1])
    return {
      parent: stat[1],
      cpuMs: MS_PER_TICK * (Number(stat[11]) + Number(stat[12])),
      residentBytes: 4096 * pages,
      command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '),
    }
  } catch {
    return null // it has ended since it was listed
  }
}
