import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/**
 * The folder of the built app; builds it when it is missing. A build that is there is used as it is.
 *
 * @param {(text: string) => void} say
 */
export async function builtApp(say) {
  const dist = path.join(ROOT, 'dist')
  if (existsSync(path.join(dist, 'index.html'))) return dist
  say('the app is not built yet: building it once')
  const output = []
  const code = await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(ROOT, 'node_modules/vite/bin/vite.js'), 'build'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stdout.on('data', (part) => output.push(part))
    child.stderr.on('data', (part) => output.push(part))
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0)
    throw new Error(
      `the build failed (exit code ${code}); run "npm ci" and "npm run build"\n${Buffer.concat(output).toString()}`,
    )
  return dist
}
