import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the server does with a request; `from` is the first byte that was asked for. */
export type Behaviour = (
  answer: { readonly request: IncomingMessage; readonly response: ServerResponse; readonly from: number },
  body: Buffer,
) => void

export interface ModelServer {
  readonly url: string
  /** First bytes that were asked for, in order. */
  readonly asked: readonly number[]
  close(): Promise<void>
}

/** A real HTTP server for one file; each request gets the next behaviour, the last one repeats. */
export async function startModelServer(body: Buffer, ...behaviours: readonly Behaviour[]): Promise<ModelServer> {
  const asked: number[] = []
  const server = createServer((request, response) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
    const behave = behaviours[Math.min(asked.length, behaviours.length - 1)] ?? ranges
    asked.push(from)
    behave({ request, response, from }, body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/onnx/encoder.onnx`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** As a good server does: the part that was asked for. */
export const ranges: Behaviour = ({ response, from }, body) => {
  response.writeHead(206, {
    'content-type': 'application/octet-stream',
    'content-range': `bytes ${from}-${body.length - 1}/${body.length}`,
    'content-length': body.length - from,
  })
  response.end(body.subarray(from))
}

/** Knows no ranges: always the whole file. */
export const whole: Behaviour = ({ response }, body) => {
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': body.length })
  response.end(body)
}

/** Sends some bytes of the part that was asked for, then drops the connection. */
export const cutAfter =
  (count: number): Behaviour =>
  ({ response, from }, body) => {
    response.writeHead(206, {
      'content-range': `bytes ${from}-${body.length - 1}/${body.length}`,
      'content-length': body.length - from,
    })
    response.write(body.subarray(from, from + count), () => setTimeout(() => response.destroy(), 20))
  }

export const page: Behaviour = ({ response }) => {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
  response.end('<!doctype html><title>Log in</title>')
}

export const status =
  (code: number): Behaviour =>
  ({ response }) => {
    response.writeHead(code, { 'content-type': 'text/plain' })
    response.end('no')
  }

/** Sends some bytes and then nothing more, without hanging up. */
export const stallAfter =
  (count: number): Behaviour =>
  ({ response, from }, body) => {
    response.writeHead(206, { 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` })
    response.write(body.subarray(from, from + count))
  }
