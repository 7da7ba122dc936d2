import { expect, test } from '@playwright/test'
import { addFiles, importCoco, issueRows, openFolder } from './support/folders'
import { greyPng, plateWithBlob } from './support/pictures'
import { canvas, drawBox, goTo, openImage, saved } from './support/screens'
import { storedRecords } from './support/storedProject'

const plate = { name: 'plate.png', bytes: plateWithBlob(160, 120, { x: 80, y: 60, radius: 18 }) }

test('files that are no pictures are listed with the reason, and the pictures beside them come in', async ({
  page,
}) => {
  await openFolder(page, [
    plate,
    { name: 'words.png', bytes: Buffer.from('this is not a picture at all') },
    { name: 'empty.png', bytes: Buffer.alloc(0) },
  ])
  await goTo(page, 'Images')
  const report = page.getByRole('region', { name: 'What was added' })
  await expect(report).toContainText(/1 image/)
  await report.getByRole('button', { name: 'Show the list' }).click()
  for (const name of ['words.png', 'empty.png'])
    await expect(issueRows(page).filter({ hasText: name })).toContainText('Convert it to PNG')
  await expect(page.getByRole('option', { name: /^plate\.png,/ })).toBeVisible()
  expect((await storedRecords(page)).filter((record) => record.type === 'image')).toHaveLength(1)
})

test('a picture of one pixel and one of 20,000 pixels width open, and can be confirmed clean', async ({
  page,
}) => {
  await openFolder(page, [
    { name: 'dot.png', bytes: greyPng(1, 1, () => 128) },
    { name: 'wide.png', bytes: greyPng(20_000, 6, (x) => x % 251) },
  ])
  for (const [name, size] of [
    ['dot.png', '1 × 1'],
    ['wide.png', '20000 × 6'],
  ] as const) {
    await openImage(page, name)
    await expect(page.locator('.status')).toContainText(size)
    await page.getByRole('button', { name: 'Confirm clean' }).click()
  }
  await saved(page)
  await goTo(page, 'Export')
  await page.getByRole('button', { name: 'Export', exact: true }).click()
  await expect(page.getByText('Round trip exact.')).toBeVisible()
})

test('a second picture of one name is refused with both ways out, the first stays', async ({ page }) => {
  await openFolder(page, [plate])
  await addFiles(page, [{ name: plate.name, bytes: greyPng(20, 20, () => 7) }])
  const report = page.getByRole('region', { name: 'What was added' })
  await expect(report).toContainText('another picture named "plate.png" is already in the project')
  await expect(report).toContainText('Rename one of the two')
  const images = (await storedRecords(page)).filter((record) => record.type === 'image')
  expect(images.map((image) => image.width)).toEqual([160])
})

const coco = (change: object): string =>
  JSON.stringify({
    images: [{ id: 1, file_name: 'plate.png', width: 160, height: 120 }],
    categories: [{ id: 1, name: 'blob' }],
    annotations: [{ id: 1, image_id: 1, category_id: 1, bbox: [60, 40, 40, 40], area: 1600, iscrowd: 0 }],
    ...change,
  })

test('a COCO file with a missing category and a box outside its image: both named by their JSON path, the rest comes in', async ({
  page,
}) => {
  await openFolder(page, [plate])
  await importCoco(
    page,
    coco({
      annotations: [
        { id: 1, image_id: 1, category_id: 1, bbox: [60, 40, 40, 40], area: 1600, iscrowd: 0 },
        { id: 2, image_id: 1, category_id: 77, bbox: [1, 1, 20, 20], area: 400, iscrowd: 0 },
        { id: 3, image_id: 1, category_id: 1, bbox: [500, 500, 20, 20], area: 400, iscrowd: 0 },
      ],
    }),
  )
  await expect(issueRows(page).filter({ hasText: 'annotations[1].category_id' })).toContainText('77')
  await expect(issueRows(page).filter({ hasText: 'annotations[2].bbox' })).toContainText(
    'less than one pixel of the box lies inside',
  )
  expect((await storedRecords(page)).filter((record) => record.type === 'annotation')).toEqual([])
  await page.getByRole('button', { name: 'Add 1 mark', exact: true }).click()
  await expect(page.getByText(/1 box and 0 masks from boxes\.json/)).toBeVisible()
  await saved(page)
  expect((await storedRecords(page)).filter((record) => record.type === 'annotation')).toHaveLength(1)
})

test('half-written JSON says where it breaks off, and changes nothing', async ({ page }) => {
  await openFolder(page, [plate])
  const text = coco({})
  await importCoco(page, text.slice(0, text.length - 40))
  await expect(page.getByText(/line \d+|position \d+|ends/i).first()).toBeVisible()
  await expect(page.getByRole('button', { name: /^Add \d+ marks/ })).toBeDisabled()
  const types = new Set((await storedRecords(page)).map((record) => record.type))
  expect(types).toEqual(new Set(['project', 'settings', 'image']))
})

test('without boxes training is not offered, and the button says what is missing', async ({ page }) => {
  await openFolder(page, [plate])
  await goTo(page, 'Train')
  await expect(
    page.getByRole('complementary', { name: 'Training settings' }).getByRole('button', { name: 'Train' }),
  ).toBeDisabled()
  await expect(page.locator('#train-blocker')).toHaveText('Add a defect class first.')
  await goTo(page, 'Review')
  await expect(page.getByText('Nothing to review yet')).toBeVisible()
})

test('a full storage is said at once and all the time, nothing is lost, and saving resumes', async ({
  page,
}) => {
  // Chromium keeps its reckoning of free space for half a minute, so a quota set from outside comes too late for a test:
  // the database refuses as it does when the disk is full.
  await page.addInitScript(() => {
    const put = IDBObjectStore.prototype.put
    IDBObjectStore.prototype.put = function refuseWhenFull(
      this: IDBObjectStore,
      value: unknown,
      key?: IDBValidKey,
    ) {
      if (Reflect.get(window, 'isStorageFull') === true)
        throw new DOMException('the quota has been exceeded', 'QuotaExceededError')
      return key === undefined ? put.call(this, value) : put.call(this, value, key)
    }
    const add = IDBObjectStore.prototype.add
    IDBObjectStore.prototype.add = function refuseWhenFull(
      this: IDBObjectStore,
      value: unknown,
      key?: IDBValidKey,
    ) {
      if (Reflect.get(window, 'isStorageFull') === true)
        throw new DOMException('the quota has been exceeded', 'QuotaExceededError')
      return key === undefined ? add.call(this, value) : add.call(this, value, key)
    }
  })
  await openFolder(page, [plate])
  await openImage(page, plate.name)
  const name = page.getByRole('textbox', { name: /class/i })
  await name.fill('blob')
  await name.press('Enter')
  await saved(page)

  await page.evaluate(() => Reflect.set(window, 'isStorageFull', true))
  await page.getByRole('button', { name: 'Box', exact: true }).click()
  await drawBox(page, { x: 55, y: 35, width: 50, height: 50 })
  const alarm = page.getByRole('alert').filter({ hasText: /Not saved since/ })
  await expect(alarm).toBeVisible()
  await expect(alarm).toContainText('Your work is still in this tab')
  await expect(alarm.getByRole('button', { name: 'Download it' })).toBeEnabled()
  await expect(page.getByRole('listbox', { name: 'Objects of this image' }).getByRole('option')).toHaveCount(
    1,
  )

  await page.evaluate(() => Reflect.set(window, 'isStorageFull', false))
  await expect(page.getByRole('banner').getByText('Saved', { exact: true })).toBeVisible({ timeout: 60_000 })
  expect((await storedRecords(page)).filter((record) => record.type === 'annotation')).toHaveLength(1)
})

test('a second tab only looks, says so, and can take over; no edit is lost', async ({ page, context }) => {
  await openFolder(page, [plate])
  await openImage(page, plate.name)
  const name = page.getByRole('textbox', { name: /class/i })
  await name.fill('blob')
  await name.press('Enter')
  await saved(page)

  const second = await context.newPage()
  await second.goto('/?backend=wasm')
  await second.getByRole('button', { name: /^Continue/ }).click()
  await expect(second.getByText('Look only: open in another tab')).toBeVisible()
  await expect(second.getByRole('button', { name: 'Confirm clean' })).toBeDisabled()

  await second.getByRole('button', { name: 'Take over' }).click()
  await saved(second)
  await expect(page.getByText('Look only: open in another tab')).toBeVisible()
  await second.getByRole('button', { name: 'Confirm clean' }).click()
  await saved(second)
  const records = await storedRecords(second)
  expect(records.find((record) => record.type === 'class')).toMatchObject({ name: 'blob' })
  expect(records.find((record) => record.type === 'image')).toMatchObject({ status: 'confirmedClean' })
  await expect(canvas(second)).toBeVisible()
})
