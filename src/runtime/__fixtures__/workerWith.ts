import { afterEach } from 'vitest'
import { connect, serve, type Endpoint } from '../rpc'
import type { StartedWorker } from '../workerHost'

const open: MessagePort[] = []
afterEach(() => {
  for (const port of open.splice(0)) port.close()
})

/** Tests only: a worker without a thread, the real service at the other end of a message channel, closed after the test. */
export function workerWith<Api extends object>(
  api: Api,
): StartedWorker<Api> & { readonly isTerminated: () => boolean } {
  const { port1, port2 } = new MessageChannel()
  open.push(port1, port2)
  serve(api, port2 as Endpoint)
  let isTerminated = false
  return {
    api: connect<Api>(port1 as Endpoint),
    terminate: () => {
      isTerminated = true
      port1.close()
      port2.close()
    },
    onCrash: () => {},
    isTerminated: () => isTerminated,
  }
}
