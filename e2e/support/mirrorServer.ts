import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** How the server answers for one file; `from` is the first byte that was asked for. */
export type Answer =
  | { readonly kind: 'good' }
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** Sends so many bytes and then waits until the answer is changed. */
  | { readonly kind: 'stall'; readonly afterBytes: number }
  | { readonly kind: 'page' }
  | { readonly kind: 'status'; readonly code: number }

export interface MirrorServer {
  readonly url: string
  /** "encoder.onnx from 0" for each request, in order. */
  readonly asked: string[]
  /** What it does with every file from now on, stalled answers included. */
  answer(next: Answer): void
  close(): Promise<void>
}

/** A mirror of the catalogue's host on this machine: serves files by the last part of their path, to any origin. */
export async function startMirror(files: ReadonlyMap<string, Buffer>): Promise<MirrorServer> {
  const asked: string[] = []
  let answer: Answer = { kind: 'good' }
  const stalled = new Set<() => void>()
  const server = createServer((request, response) => {
    const open = {
      'access-control-allow-origin': '*',
      'access-control-allow-headers': 'range',
      'access-control-expose-headers': 'content-range',
    }
    const name = request.url!.slice(request.url!.lastIndexOf('/') + 1)
    if (request.method === 'OPTIONS') return void response.writeHead(204, open).end()
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
    asked.push(`${name} from ${from}`)
    const body = files.get(name)
    if (answer.kind === 'page')
      return void response
        .writeHead(200, { ...open, 'content-type': 'text/html' })
        .end('<title>Log in</title>')
    if (answer.kind === 'status' || body === undefined)
      return void response.writeHead(answer.kind === 'status' ? answer.code : 404, open).end('no')
    response.writeHead(206, {
      ...open,
      'content-type': 'application/octet-stream',
      'content-range': `bytes ${from}-${body.length - 1}/${body.length}`,
      'content-length': body.length - from,
    })
    send(response, body.subarray(from))
  })
  const send = (response: ServerResponse, rest: Buffer): void => {
    if (answer.kind !== 'cut' && answer.kind !== 'stall') return void response.end(rest)
    // An answer that never ends would hold up the next one on the same connection.
    if (answer.kind === 'stall' && rest.length <= answer.afterBytes) return void response.end(rest)
    const isCut = answer.kind === 'cut'
    const first = rest.subarray(0, answer.afterBytes)
    response.write(first, () => {
      if (isCut) setTimeout(() => response.destroy(), 50)
    })
    if (isCut) return
    const goOn = (): void => {
      stalled.delete(goOn)
      send(response, rest.subarray(first.length))
    }
    stalled.add(goOn)
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answer: (next) => {
      answer = next
      // One that stalls again waits for the next change.
      const waiting = Array.from(stalled)
      for (const goOn of waiting) goOn()
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
