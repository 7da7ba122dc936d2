import { describe, expect, test } from 'vitest'
import type { App } from '../../app/app'
import { createSessionStore } from '../../app/sessionStore'
import type { ReviewItem } from '../../domain/reviewQueue'
import { createReviewController } from './reviewController'

/** An app whose queue is a list of keys, each a new mask or, with a ?, from a label, whose decisions take items out and whose undo puts the last ones back. */
function fakeApp(...keys: string[]) {
  // A key that ends in ! is a box in which nothing was found.
  let queue = keys.map(
    (key) =>
      ({
        key,
        imageId: 'image:i',
        against: null,
        reason: key.endsWith('?') ? 'fromTags' : 'newMask',
        mask: { isUnresolved: key.endsWith('!') },
      }) as unknown as ReviewItem,
  )
  const steps: ReviewItem[][] = []
  const log: string[] = []
  const take = (items: readonly ReviewItem[], what: string): void => {
    steps.push(queue)
    queue = queue.filter((item) => !items.includes(item))
    log.push(`${what} ${items.map((item) => item.key).join(' ')}`)
  }
  const session = createSessionStore()
  // Only the members that the controller uses.
  const app = {
    session,
    project: {
      get: () => ({ records: { get: () => ({ type: 'image', width: 100, height: 100 }) } }),
      subscribe: () => () => undefined,
    },
    review: {
      queue: () => queue,
      accept: (item: ReviewItem) => take([item], 'accept'),
      reject: (item: ReviewItem, reason: string) => take([item], `reject ${reason}`),
      unsure: (item: ReviewItem) => take([item], 'unsure'),
      fix: (item: ReviewItem, _mask: unknown, _bounds: unknown, tool: string) => {
        take([item], `fix ${tool}`)
        return Promise.resolve()
      },
      acceptAll: (items: readonly ReviewItem[]) => take(items, 'acceptAll'),
    },
  } as unknown as App
  const undo = (): void => {
    queue = steps.pop() ?? queue
  }
  return { app, log, undo, shown: () => session.getState().reviewKey }
}

const patch = {
  boundsPx: { x: 10, y: 10, width: 4, height: 4 },
  mask: { width: 4, height: 4, data: new Uint8Array(16).fill(1) },
}

describe('one by one', () => {
  test('a decision shows the item that took its place', () => {
    const { app, log, shown } = fakeApp('a', 'b', 'c')
    const review = createReviewController(app)
    review.move(1)
    review.accept()
    expect(log).toEqual(['accept b'])
    expect(shown()).toBe('c')
    review.reject('tooBig', null)
    expect(shown()).toBe('a')
    review.unsure()
    expect(review.current()).toBeNull()
    expect(log).toEqual(['accept b', 'reject tooBig c', 'unsure a'])
  })

  test('taking back a decision returns to its item, wherever the person went since', () => {
    const { app, undo, shown } = fakeApp('a', 'b', 'c')
    const review = createReviewController(app)
    review.accept()
    review.move(1)
    expect(shown()).toBe('c')
    undo()
    review.follow()
    expect(shown()).toBe('a')
  })

  test('a change of the project that takes nothing back leaves the place alone', () => {
    const { app, shown } = fakeApp('a', 'b', 'c')
    const review = createReviewController(app)
    review.accept()
    review.move(1)
    review.follow()
    expect(shown()).toBe('c')
  })

  test('a box in which nothing was found cannot be accepted, alone or with its page', () => {
    const { app, log } = fakeApp('a!', 'b')
    const review = createReviewController(app)
    review.accept()
    expect(log).toEqual([])
    review.setPageShape(2, 2)
    review.setMode('grid')
    review.acceptPage()
    expect(log).toEqual(['acceptAll b'])
  })

  test('S goes to before and back to after', () => {
    const { app } = fakeApp('a')
    const review = createReviewController(app)
    expect(review.viewOf(review.current()!)).toBe('after')
    review.toggleBefore()
    expect(review.viewOf(review.current()!)).toBe('before')
    review.toggleBefore()
    expect(review.viewOf(review.current()!)).toBe('after')
  })

  test('a painted fix is saved with the brush that made it and shows the next item', async () => {
    const { app, log, shown } = fakeApp('a', 'b')
    const review = createReviewController(app)
    review.startFix(patch)
    const { fix } = review.state.getState()
    fix!.beginStroke({ x: 10, y: 10 }, 1, 0)
    fix!.endStroke()
    expect(await review.saveFix()).toBe(true)
    expect(log).toEqual(['fix eraser a'])
    expect(shown()).toBe('b')
    expect(review.state.getState().fix).toBeNull()
  })

  test('a mask that was erased whole is not saved', async () => {
    const { app, log } = fakeApp('a')
    const review = createReviewController(app)
    review.startFix(patch)
    const { fix } = review.state.getState()
    fix!.beginStroke({ x: 12, y: 12 }, 50, 0)
    expect(await review.saveFix()).toBe(false)
    expect(log).toEqual([])
  })
})

describe('one reason only', () => {
  test('steps and decisions stay with it, and its last one leaves nothing', () => {
    const { app, log, shown } = fakeApp('a', 'b?', 'c', 'd?')
    const review = createReviewController(app)
    review.setReason('fromTags')
    expect(shown()).toBe('b?')
    review.move(1)
    expect(shown()).toBe('d?')
    review.move(1)
    expect(shown()).toBe('d?')
    review.accept()
    review.accept()
    review.accept()
    expect(log).toEqual(['accept d?', 'accept b?'])
    expect(review.current()).toBeNull()
    review.setReason(null)
    expect(review.current()?.key).toBe('a')
  })

  test('the item in hand stays in hand where it belongs to the reason', () => {
    const { app, shown } = fakeApp('a', 'b?', 'c', 'd?')
    const review = createReviewController(app)
    review.goTo('d?')
    review.setReason('fromTags')
    expect(shown()).toBe('d?')
    review.setReason(null)
    expect(shown()).toBe('d?')
  })

  test('a page holds its items alone', () => {
    const { app, log } = fakeApp('a', 'b?', 'c', 'd?')
    const review = createReviewController(app)
    review.setPageShape(2, 4)
    review.setMode('grid')
    review.setReason('fromTags')
    expect(review.state.getState().page.keys).toEqual(['b?', 'd?'])
    review.acceptPage()
    expect(log).toEqual(['acceptAll b? d?'])
  })

  test('a decision that is taken back is shown, whatever the reason', () => {
    const { app, undo, shown } = fakeApp('a', 'b?', 'c')
    const review = createReviewController(app)
    review.accept()
    review.setReason('fromTags')
    undo()
    review.follow()
    expect(shown()).toBe('a')
    expect(app.session.getState().reviewReason).toBeNull()
  })
})

describe('grid', () => {
  test('Shift+Enter accepts the page but what was taken off, in one step', () => {
    const { app, log } = fakeApp('a', 'b', 'c', 'd')
    const review = createReviewController(app)
    review.setPageShape(2, 3)
    review.setMode('grid')
    review.moveInGrid('right')
    review.takeOff()
    review.acceptPage()
    expect(log).toEqual(['acceptAll a c'])
  })

  test('when its last item is decided the next page comes', () => {
    const { app } = fakeApp('a', 'b', 'c', 'd')
    const review = createReviewController(app)
    review.setPageShape(2, 2)
    review.setMode('grid')
    review.acceptPage()
    review.follow()
    expect(review.state.getState().page.keys).toEqual(['c', 'd'])
  })

  test('taking back a page shows it again', () => {
    const { app, undo } = fakeApp('a', 'b', 'c', 'd')
    const review = createReviewController(app)
    review.setPageShape(2, 2)
    review.setMode('grid')
    review.acceptPage()
    review.follow()
    undo()
    review.follow()
    expect(review.state.getState().page.keys).toEqual(['a', 'b'])
  })

  test('leaving the grid shows the focused item', () => {
    const { app, shown } = fakeApp('a', 'b', 'c')
    const review = createReviewController(app)
    review.setPageShape(3, 3)
    review.setMode('grid')
    review.moveInGrid('right')
    review.setMode('single')
    expect(shown()).toBe('b')
  })
})
