import { randomBytes } from 'node:crypto'
import { createReadStream, readdirSync, readFileSync } from 'node:fs'
import { rename, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import path from 'node:path'

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.onnx': 'application/octet-stream',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
}
/** An output larger than this is a fault, not a result. */
const MAX_OUTPUT_BYTES = 4 * 2 ** 30

/**
 * Serves the built app, and the files of one command, to the browser that we start ourselves. Nothing else is
 * reachable: every address is looked up in a table made beforehand, so that no path is ever built from a request, and
 * all addresses lie below a random token that only our page knows.
 *
 * @param {{ dist: string, inputs: Map<string, string>, outputs: Map<string, string> }} files
 *   `dist` folder of the built app; name -> file on disk of inputs (read) and outputs (written).
 */
export async function startInputServer({ dist, inputs, outputs }) {
  const token = randomBytes(24).toString('base64url')
  const readable = new Map()
  for (const [name, file] of filesBelow(dist)) readable.set(`/${token}/app/${name}`, file)
  const policy = contentPolicyOf(path.join(dist, 'index.html'))
  readable.set(`/${token}/app/`, path.join(dist, 'index.html'))
  for (const [name, file] of inputs) readable.set(`/${token}/in/${name}`, file)
  const writable = new Map([...outputs].map(([name, file]) => [`/${token}/out/${name}`, file]))

  const headers = {
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Content-Security-Policy': policy,
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
  }
  const answer = (response, status, text) => response.writeHead(status, headers).end(text)

  const server = createServer((request, response) => {
    const address = request.url.split('?')[0]
    if (request.method === 'GET' || request.method === 'HEAD') {
      const file = readable.get(address)
      if (file === undefined) return answer(response, 404, 'not listed')
      return void sendFile(request, response, file, headers).catch((error) => {
        if (!response.headersSent) answer(response, 500, error.message)
        else response.destroy(error)
      })
    }
    const target = writable.get(address)
    if (request.method !== 'PUT' || target === undefined)
      return answer(response, 403, 'not an output of this command')
    receiveFile(request, target).then(
      () => answer(response, 204),
      (error) => answer(response, 500, error.message),
    )
  })
  await new Promise((resolve, reject) => {
    server.once('error', reject)
    // Only this machine can connect.
    server.listen(0, '127.0.0.1', resolve)
  })
  const base = `http://127.0.0.1:${server.address().port}`
  return {
    pageUrl: `${base}/${token}/app/`,
    inputUrl: (name) => `${base}/${token}/in/${name}`,
    outUrl: `${base}/${token}/out/`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      }),
  }
}

/** Name relative to the folder, with forward slashes -> path on disk. */
function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = path.join(entry.parentPath, entry.name)
      return [path.relative(folder, file).split(path.sep).join('/'), file]
    })
}

/** A worker obeys its own response's policy, not the page's: the one that the build wrote into the page is sent with all. */
function contentPolicyOf(indexFile) {
  const html = readFileSync(indexFile, 'utf8')
  const tag = /<meta[^>]+http-equiv="Content-Security-Policy"[^>]*>/i.exec(html)?.[0]
  const content = tag === undefined ? undefined : /content="([^"]*)"/i.exec(tag)?.[1]
  if (content === undefined)
    throw new Error(`${indexFile} has no content policy: build the app again (npm run build)`)
  return content.replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll('&amp;', '&')
}

async function sendFile(request, response, file, headers) {
  const { size } = await stat(file)
  response.writeHead(200, {
    ...headers,
    'Content-Type': TYPES[path.extname(file).toLowerCase()] ?? 'application/octet-stream',
    'Content-Length': size,
  })
  if (request.method === 'HEAD') return response.end()
  createReadStream(file)
    .on('error', (error) => response.destroy(error))
    .pipe(response)
}

/** Whole or not at all: the bytes go to a neighbour first, so that a cut never leaves half a result in place. */
async function receiveFile(request, target) {
  const chunks = []
  let length = 0
  for await (const chunk of request) {
    length += chunk.length
    if (length > MAX_OUTPUT_BYTES) throw new Error('output too large')
    chunks.push(chunk)
  }
  const partial = `${target}.part`
  try {
    await writeFile(partial, Buffer.concat(chunks))
    await rename(partial, target)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}
