import { describe, expect, test } from 'vitest'
import { openProject } from '../../../app/__fakes__/boxedProject'
import { createCell } from '../../../core/observable'
import { sortedAs } from '../../../domain/imageVerdict'
import type { ImageId } from '../../../domain/records'
import { createSortController } from './sortController'

/** Images 0.png to (images - 1).png in the list, the first in hand. */
async function sorting(images = 4) {
  const { app, records, classId } = await openProject(undefined, images)
  const ticked = createCell<ReadonlySet<ImageId>>(new Set())
  const sort = createSortController(app, ticked)
  const project = app.project.get()!
  project.subscribe(sort.follow)
  sort.enter()
  const ids = app.images.visible()
  const kinds = (): string =>
    ids
      .map((id) => {
        const image = records().get(id)
        return image?.type === 'image' ? sortedAs(records(), image).kind[0] : '?'
      })
      .join('')
  const at = (): number => ids.indexOf(sort.current()!)
  return { app, records, classId, ticked, sort, ids, kinds, at, undo: () => project.undo() }
}

describe('one key, one image', () => {
  test('a verdict goes on to the next unsorted image, round the end', async () => {
    const { sort, kinds, at } = await sorting()
    sort.move(2)
    sort.sort({ kind: 'clean' })
    expect(at()).toBe(3)
    sort.sort({ kind: 'skip' })
    expect([at(), kinds()]).toEqual([0, 'uucs'])
    sort.sortDefective()
    expect([at(), kinds()]).toEqual([1, 'ducs'])
    sort.sort({ kind: 'clean' })
    // All are sorted: it stays.
    expect([at(), kinds()]).toEqual([1, 'dccs'])
  })

  test('an image that was sorted by hand before is passed over', async () => {
    const { app, sort, ids, at } = await sorting()
    app.images.sort([ids[1]!], { kind: 'clean' })
    sort.sort({ kind: 'clean' })
    expect(at()).toBe(2)
  })

  test('back returns to the images sorted last, one after the other, and a new verdict replaces the old', async () => {
    const { sort, kinds, at } = await sorting()
    sort.sort({ kind: 'clean' })
    sort.sort({ kind: 'clean' })
    sort.back()
    expect(at()).toBe(1)
    sort.back()
    expect(at()).toBe(0)
    sort.back()
    expect(at()).toBe(0)
    sort.sort({ kind: 'skip' })
    expect([at(), kinds()]).toEqual([2, 'scuu'])
  })

  test('undo returns to the image whose verdict it took back', async () => {
    const { sort, kinds, at, undo } = await sorting()
    sort.sort({ kind: 'clean' })
    sort.sort({ kind: 'skip' })
    undo()
    expect([at(), kinds()]).toEqual([1, 'cuuu'])
    undo()
    expect([at(), kinds()]).toEqual([0, 'uuuu'])
  })
})

describe('several classes', () => {
  test('defective asks; the class then sorts and goes on', async () => {
    const { app, sort, kinds, at, records, ids } = await sorting()
    const pit = app.classes.add('Pit')
    sort.sortDefective()
    expect([sort.state.getState().asking, kinds()]).toEqual([true, 'uuuu'])
    sort.sortAs(pit)
    expect([sort.state.getState().asking, at(), kinds()]).toEqual([false, 1, 'duuu'])
    expect(records().ofImage('imageLabel', ids[0]!)).toMatchObject([{ classId: pit }])
  })

  test('asking ends without a verdict', async () => {
    const { app, sort, kinds } = await sorting()
    app.classes.add('Pit')
    sort.sortDefective()
    sort.stopAsking()
    expect([sort.state.getState().asking, kinds()]).toEqual([false, 'uuuu'])
  })
})

describe('the list', () => {
  test('ticked images are sorted together in one step, and the ticks go', async () => {
    const { sort, ids, kinds, at, ticked, undo } = await sorting()
    sort.tick(ids[0]!, { isRange: false, isToggle: true })
    sort.tick(ids[2]!, { isRange: false, isToggle: true })
    sort.sort({ kind: 'clean' })
    expect([kinds(), at(), ticked.get().size]).toEqual(['cucu', 3, 0])
    undo()
    // The image that was in hand is again.
    expect([kinds(), at()]).toEqual(['uuuu', 2])
  })

  test('unsorted only keeps what is sorted since then, so that nothing jumps and back works', async () => {
    const { sort, ids, at } = await sorting()
    sort.sort({ kind: 'clean' })
    sort.setUnsortedOnly(true)
    expect(sort.ids()).toEqual(ids.slice(1))
    sort.sort({ kind: 'clean' })
    expect(sort.ids()).toEqual(ids.slice(1))
    sort.back()
    expect(at()).toBe(1)
    sort.setUnsortedOnly(false)
    sort.setUnsortedOnly(true)
    expect(sort.ids()).toEqual(ids.slice(2))
  })

  test('an image that leaves the list by its filter still leads on to the next one', async () => {
    const { app, sort, ids } = await sorting()
    const { filter } = app.session.getState()
    app.session.setState({ filter: { ...filter, statuses: ['unseen'] } })
    sort.move(1)
    sort.sort({ kind: 'clean' })
    expect(sort.current()).toBe(ids[2])
  })

  test('nothing happens in an empty project', async () => {
    const { sort } = await sorting(0)
    sort.sort({ kind: 'clean' })
    sort.sortDefective()
    sort.move(1)
    sort.back()
    expect(sort.current()).toBeNull()
  })
})
