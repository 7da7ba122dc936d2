import { createHash } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, type Locator, type Page } from '@playwright/test'
import { FIXTURE_MODELS } from '../../src/nn/onnx/promptable/__fixtures__/fixtureModels'

/** Names of all fixture models; each draws the prompt that it was really given. */
export const FIXTURE_NAMES = Object.keys(FIXTURE_MODELS)

/** Graphs of a fixture model as files in a folder of their own, under names that say nothing. */
export function modelFiles(name: string): readonly string[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'maskwright-model-'))
  return FIXTURE_MODELS[name]!.graphs().map((bytes, i) => {
    const file = path.join(folder, `part${i}.onnx`)
    writeFileSync(file, bytes)
    return file
  })
}

/**
 * A real drop of files of this machine on the window's corner: what lies in the middle, pictures that are still being
 * read for one, may be replaced between two events of the drag, which ends it.
 */
export async function dropFiles(page: Page, files: readonly string[]): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const data = { items: [], files: [...files], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, x: 2, y: 2, data })
  await session.detach()
}

export function modelsDialog(page: Page): Locator {
  return page.getByRole('dialog', { name: 'Models' })
}

export function modelRow(page: Page, title: string): Locator {
  return modelsDialog(page).getByRole('listitem', { name: title, exact: true })
}

export async function openModels(page: Page): Promise<void> {
  await expect(page.getByRole('button').first()).toBeVisible()
  // The code that hears keys is fetched after the first paint. An open dialog leaves a second press alone.
  await expect(async () => {
    await page.keyboard.press('Shift+M')
    await expect(modelRow(page, 'Embedded')).toBeVisible({ timeout: 5_000 })
  }).toPass({ timeout: 60_000 })
}

export async function closeModels(page: Page): Promise<void> {
  await modelsDialog(page).getByRole('button', { name: 'Close' }).click()
  await expect(modelsDialog(page)).toBeHidden()
}

/** Files of a published model as they would come from its host, made of a fixture's graphs. */
export interface PublishedFiles {
  readonly byName: ReadonlyMap<string, Buffer>
  /** The pins of the real files -> those of the fixture's. */
  readonly pins: ReadonlyMap<string, { readonly bytes: number; readonly sha256: string }>
}

/** EdgeTAM of the catalogue: two graphs and the weights beside them. The hashes are those of `catalogue.ts`. */
const EDGETAM = [
  ['vision_encoder.onnx', 'ed068218eba96760fe02d04ce899c449660ac813a088d80ed7f42c8bb01e7cec'],
  ['vision_encoder.onnx_data', '21e75dba7077dfcb53e8c9a6e99977156f2240ff3f1f9cddc43d66aa1ecb528e'],
  ['prompt_encoder_mask_decoder.onnx', 'd3668299ec3edf70fbb139ec642b54bf3d4be453fd1b688a6b5938e0856fe546'],
  [
    'prompt_encoder_mask_decoder.onnx_data',
    'dfa2125e30d08d388732f20c18fb63ab0f0f590cd270eb307f0c2b65919d1be8',
  ],
] as const

/** `weightBytes`: how large the first file of weights is; its content means nothing to the fixture. */
export function publishedFixture(weightBytes: number): PublishedFiles {
  const [encoder, decoder] = FIXTURE_MODELS['sam2-transformers']!.graphs()
  const weights = Buffer.from(
    Uint8Array.from({ length: weightBytes }, (_, i) => (i * 31 + (i >> 8) * 7) & 255),
  )
  const bodies = [Buffer.from(encoder!), weights, Buffer.from(decoder!), Buffer.alloc(1000, 3)]
  return {
    byName: new Map(EDGETAM.map(([name], i) => [name, bodies[i]!])),
    pins: new Map(
      EDGETAM.map(([, sha256], i) => [
        sha256,
        { bytes: bodies[i]!.length, sha256: createHash('sha256').update(bodies[i]!).digest('hex') },
      ]),
    ),
  }
}

/**
 * Serves the application with the fixture's pins in place of the real ones: everything else is the production build. The
 * bundler decides which script holds them, so each is looked through.
 */
export async function pinFixture(page: Page, { pins }: PublishedFiles): Promise<void> {
  await page.route(/\/assets\/[\w-]+\.js$/, async (route) => {
    const response = await route.fetch()
    let script = await response.text()
    for (const [real, { bytes, sha256 }] of pins) {
      if (!script.includes(real)) continue
      const changed = script.replace(
        new RegExp(`bytes:\\d+,sha256:(["'\`])${real}\\1`),
        `bytes:${bytes},sha256:"${sha256}"`,
      )
      expect(changed, `the script pins ${real}`).not.toBe(script)
      script = changed
    }
    await route.fulfill({ response, body: script })
  })
}
