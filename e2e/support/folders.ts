import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, type Page } from '@playwright/test'
import { goTo, openStart, saved } from './screens'

export interface TestFile {
  readonly name: string
  readonly bytes: Buffer
}

/**
 * A new project from files of a folder, through the folder dialog of browsers without the File System Access API: the
 * other dialog cannot be answered from outside.
 */
export async function openFolder(page: Page, files: readonly TestFile[]): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'maskwright-e2e-'))
  for (const file of files) writeFileSync(path.join(folder, file.name), file.bytes)
  await page.addInitScript(() => {
    Reflect.deleteProperty(window, 'showDirectoryPicker')
  })
  await openStart(page)
  const choosing = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: /Open a folder/ }).click()
  await (await choosing).setFiles(folder)
  await expect(page.getByRole('tab', { name: 'Images' })).toBeVisible()
  await saved(page)
}

/** Adds files to the open project on the Images screen. */
export async function addFiles(page: Page, files: readonly TestFile[]): Promise<void> {
  await goTo(page, 'Images')
  const choosing = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Add files' }).first().click()
  await (await choosing).setFiles(
    files.map((file) => ({ name: file.name, mimeType: 'application/octet-stream', buffer: file.bytes })),
  )
}

/** Hands a COCO file to the import on the Export screen. */
export async function importCoco(page: Page, text: string): Promise<void> {
  await goTo(page, 'Export')
  const choosing = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Choose a file …' }).click()
  await (await choosing).setFiles({
    name: 'boxes.json',
    mimeType: 'application/json',
    buffer: Buffer.from(text),
  })
}

/** Rows of the issue table: severity, where, what, remedy. */
export function issueRows(page: Page) {
  return page.getByRole('region', { name: 'Issues' }).getByRole('row')
}
