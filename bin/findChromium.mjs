import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { chromium } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge']
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
]

/** The one command that helps when there is no browser. */
const INSTALL_COMMAND = 'npx playwright install chromium'

/**
 * Where Chromium is: the variable CHROMIUM_PATH, else Playwright's own download, else one that the system has.
 *
 * @returns {string | undefined} a path; undefined leaves the choice to Playwright: its own download, or its error message
 */
export function findChromium() {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH
  if (existsSync(chromium.executablePath())) return undefined
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '')
  const onPath = NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)))
  return [...onPath, ...PLACES].find((file) => existsSync(file))
}

/**
 * Makes sure that there is a browser that starts: finds one, else downloads Playwright's.
 *
 * @param {(text: string) => void} say
 * @returns {boolean} false when there is none and none could be fetched; what to do has been said then
 */
export function ensureChromium(say) {
  const found = findChromium()
  if (found !== undefined) {
    // Some systems have a script of that name that only says where to get the browser.
    const version = spawnSync(found, ['--version'], { encoding: 'utf8', timeout: 60_000 })
    if (version.status === 0) return true
    say(`${found} does not start: ${(version.error?.message ?? version.stderr ?? '').trim()}`)
    if (process.env.CHROMIUM_PATH) return false
  } else if (existsSync(chromium.executablePath())) return true
  say(`no Chromium found: trying "${INSTALL_COMMAND}"`)
  const install = spawnSync('npx', ['playwright', 'install', 'chromium'], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
    timeout: 600_000,
  })
  if (install.status === 0 && existsSync(chromium.executablePath())) return true
  say(`no Chromium: run "${INSTALL_COMMAND}", or set CHROMIUM_PATH to a Chromium, Chrome or Edge`)
  return false
}
