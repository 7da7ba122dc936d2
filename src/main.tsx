import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createApp } from './app/createApp'
import type { Clock } from './ports/clock'
import { createClassifierClient } from './runtime/classifier/classifierClient'
import { createRuntime } from './runtime/createRuntime'
import { createPixelClient } from './runtime/pixels/pixelClient'
import { createTrainerClient } from './runtime/trainer/client'
import { createBrowserStorage } from './storage/browserStorage'
import { createMemoryStorage } from './storage/memory'
import { createViewMemory } from './storage/viewMemory'
import { Root } from './ui/Root'

/** Composition root: builds the real services, hands them to the application, mounts the screen. */

const query = new URLSearchParams(location.search)
const isAutomation = query.has('automation')
const clock: Clock = { now: () => new Date().toISOString(), ticks: () => performance.now() }

const runtime = createRuntime({ baseUrl: document.baseURI })
const browser = isAutomation
  ? { storage: createMemoryStorage({ now: clock.now }), isDurable: true }
  : await createBrowserStorage(clock.now)
const { app, workspace } = createApp(
  {
    ...runtime,
    trainer: createTrainerClient(),
    classifier: createClassifierClient(),
    pixelWork: createPixelClient(),
    storage: browser.storage,
    clock,
    newId: () => crypto.randomUUID(),
  },
  { backend: readBackend(query.get('backend')) },
)
if (!browser.isDurable)
  workspace.notices.say(
    'warning',
    'This browser keeps nothing',
    'Work lives as long as this page. Save a project file before you leave.',
  )
if (isAutomation) window.maskwright = (await import('./automation')).openAutomationDoor(app, workspace)
else await reopenFormerProject()

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Root app={app} />
  </StrictMode>,
)
if (import.meta.env.PROD && !isAutomation && 'serviceWorker' in navigator) await isolateByServiceWorker()

function readBackend(name: string | null): 'webgpu' | 'wasm' | 'cpu' | null {
  return name === 'webgpu' || name === 'wasm' || name === 'cpu' ? name : null
}

/** A reload goes on with the project this tab had open; its image, zoom and stage come with it. */
async function reopenFormerProject(): Promise<void> {
  const KEY = 'open-project'
  const memory = createViewMemory(tabStorage())
  const former = memory.load(KEY)
  if (former !== null) {
    try {
      const summary = (await app.projects.list()).find((one) => one.projectId === former)
      if (summary !== undefined) await app.projects.open(summary.projectId)
    } catch (error) {
      workspace.notices.failure('The project could not be opened again', error)
    }
  }
  app.project.subscribe(() => {
    const id = app.project.get()?.id
    if (id === undefined) memory.forget(KEY)
    else memory.save(KEY, id)
  })
}

/** Reading `sessionStorage` itself throws where site data is forbidden. */
function tabStorage(): Storage | null {
  try {
    return sessionStorage
  } catch {
    return null
  }
}

/** Hosts that cannot send the isolation headers get them from the service worker, after one reload. */
async function isolateByServiceWorker(): Promise<void> {
  await navigator.serviceWorker.register('./sw.js')
  if (crossOriginIsolated || sessionStorage.getItem('isolation-reload') !== null) return
  sessionStorage.setItem('isolation-reload', '1')
  await navigator.serviceWorker.ready
  location.reload()
}
