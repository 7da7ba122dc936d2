import { expect, type Page } from '@playwright/test'
import { importCoco, openFolder } from './folders'
import { plateWithBlob } from './pictures'
import { goTo, saved } from './screens'

const blobs = [
  { x: 50, y: 40, radius: 14 },
  { x: 90, y: 70, radius: 18 },
  { x: 60, y: 60, radius: 11 },
]
const plates = blobs.map((blob, i) => ({ name: `plate-${i}.png`, bytes: plateWithBlob(128, 96, blob) }))

/** One class, three boxed images, no image for validation; masks by Otsu, which needs no model. */
export async function openBoxedPlates(page: Page): Promise<void> {
  await openFolder(page, plates)
  await importCoco(
    page,
    JSON.stringify({
      images: plates.map(({ name }, i) => ({ id: i + 1, file_name: name, width: 128, height: 96 })),
      categories: [{ id: 1, name: 'blob' }],
      annotations: blobs.map(({ x, y, radius }, i) => ({
        id: i + 1,
        image_id: i + 1,
        category_id: 1,
        bbox: [x - radius - 3, y - radius - 3, 2 * radius + 6, 2 * radius + 6],
        area: 1,
        iscrowd: 0,
      })),
    }),
  )
  await page.getByRole('button', { name: 'Add 3 marks' }).click()
  await expect(page.getByText(/3 boxes and 0 masks/)).toBeVisible()
  await goTo(page, 'Annotate')
  await page.getByLabel('Generator').selectOption('otsu')
  await page.getByRole('button', { name: /^Propose all boxes/ }).click()
  await expect(page.getByRole('button', { name: 'Propose all boxes', exact: true })).toBeDisabled()
  await saved(page)
}
