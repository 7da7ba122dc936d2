import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import type { RecordChanges } from '../domain/changes'
import {
  idOf,
  SETTINGS_ID,
  type AnyRecord,
  type BlobHash,
  type BoxAnnotation,
  type ClickPrompt,
  type ImageRecord,
  type MaskLayer,
  type PseudoMask,
  type ReviewDecision,
  type Settings,
} from '../domain/records'
import { createProjectStore, type ProjectStore, type RecordCheck } from './projectStore'

const HASH = 'a'.repeat(64) as BlobHash
const NOON = '2026-11-20T12:00:00.000Z'

function image(name: string, overrides: Partial<ImageRecord> = {}): ImageRecord {
  return {
    id: idOf('image', name),
    type: 'image',
    width: 64,
    height: 48,
    fileName: `${name}.png`,
    pixels: HASH,
    byteLength: 100,
    mimeType: 'image/png',
    status: 'unseen',
    split: null,
    addedAt: NOON,
    foreign: null,
    ...overrides,
  }
}

function box(name: string, overrides: Partial<BoxAnnotation> = {}): BoxAnnotation {
  return {
    id: idOf('annotation', name),
    type: 'annotation',
    kind: 'box',
    imageId: idOf('image', '1'),
    classId: idOf('class', 'crack'),
    boxPx: { x: 1, y: 2, width: 3, height: 4 },
    source: 'human',
    createdAt: NOON,
    foreign: null,
    ...overrides,
  }
}

function mask(name: string, overrides: Partial<PseudoMask> = {}): PseudoMask {
  return {
    id: idOf('mask', name),
    type: 'mask',
    role: 'defect',
    imageId: idOf('image', '1'),
    classId: idOf('class', 'crack'),
    annotationId: idOf('annotation', 'a'),
    pixels: HASH,
    areaPx: 5,
    boundsPx: { x: 1, y: 2, width: 3, height: 4 },
    isUnresolved: false,
    quality: { predictedIou: null, stability: null, tightness: null },
    provenance: { kind: 'drawn', tool: 'brush' },
    createdAt: NOON,
    foreign: null,
    ...overrides,
  }
}

function decision(name: string, overrides: Partial<ReviewDecision> = {}): ReviewDecision {
  return {
    id: idOf('decision', name),
    type: 'decision',
    maskId: idOf('mask', 'm'),
    verdict: 'accepted',
    reason: null,
    note: null,
    replacementId: null,
    isAudit: false,
    decidedAt: NOON,
    ...overrides,
  }
}

function settings(generatorId: string): Settings {
  return {
    id: SETTINGS_ID,
    type: 'settings',
    generatorId,
    generatorParams: {},
    segmenterModelId: 'embedded',
    usesDrawingStyle: true,
    studentId: 'light',
    backboneId: 'embedded',
    training: {},
    activeRunId: null,
    tagging: {},
    activeTagRunId: null,
  }
}

function layer(name: string): MaskLayer {
  return {
    id: idOf('layer', name),
    type: 'layer',
    imageId: idOf('image', '1'),
    role: 'prediction',
    runId: null,
    instances: HASH,
    imageScore: 0.5,
    threshold: 0.5,
  }
}

const put = (...records: AnyRecord[]) => ({ put: records, remove: [] })
const remove = (...ids: string[]) => ({ put: [], remove: ids })
const boxesOf = (store: ProjectStore) => store.records.ofType('annotation').map(({ id }) => id)

/** Everything the views hold, by id, to compare two moments. */
function contentOf(store: ProjectStore): { [id: string]: AnyRecord } {
  const types = ['image', 'annotation', 'mask', 'decision', 'layer', 'settings', 'class'] as const
  return Object.fromEntries(types.flatMap((type) => store.records.ofType(type)).map((r) => [r.id, r]))
}

describe('views', () => {
  test('find records by id, type, image, box and mask', () => {
    const store = createProjectStore()
    const elsewhere = box('b', { imageId: idOf('image', '2') })
    store.transact('fill', 'user', put(image('1'), box('a'), elsewhere, mask('m'), decision('d')))

    expect(store.records.get('annotation:a')).toEqual(box('a'))
    expect(boxesOf(store)).toEqual(['annotation:a', 'annotation:b'])
    expect(store.records.ofImage('annotation', 'image:2')).toEqual([elsewhere])
    expect(store.records.masksOf('annotation:a')).toEqual([mask('m')])
    expect(store.records.decisionsOf(idOf('mask', 'm'))).toEqual([decision('d')])
    expect(store.records.ofImage('layer', 'image:1')).toEqual([])
  })

  test('keep a list identical until a record of it changes', () => {
    const store = createProjectStore()
    store.transact('fill', 'user', put(box('a'), mask('m')))
    const boxes = store.records.ofType('annotation')
    const masks = store.records.masksOf('annotation:a')
    store.transact('more', 'user', put(box('b')))

    expect(store.records.masksOf('annotation:a')).toBe(masks)
    expect(store.records.ofType('annotation')).not.toBe(boxes)
    expect(store.records.ofType('annotation')).toBe(store.records.ofType('annotation'))
  })

  test('move a record between lists when its image or box changes', () => {
    const store = createProjectStore()
    store.transact('fill', 'user', put(mask('m')))
    store.transact('move', 'user', put(mask('m', { imageId: idOf('image', '2'), annotationId: null })))

    expect(store.records.ofImage('mask', 'image:1')).toEqual([])
    expect(store.records.masksOf('annotation:a')).toEqual([])
    expect(store.records.ofImage('mask', 'image:2')).toHaveLength(1)
    expect(store.records.ofType('mask')).toHaveLength(1)
  })

  test('order by time, then by first appearance, whatever order records come in', () => {
    const store = createProjectStore()
    const at = (minute: string) => `2026-11-20T12:${minute}:00.000Z`
    store.transact('late first', 'user', put(decision('z', { decidedAt: at('09') })))
    store.transact(
      'two at once',
      'user',
      put(decision('y', { decidedAt: at('05') }), decision('b', { decidedAt: at('05') })),
    )

    const ids = store.records.decisionsOf(idOf('mask', 'm')).map(({ id }) => id)
    expect(ids).toEqual(['decision:y', 'decision:b', 'decision:z'])
  })

  test('keep the order after a removal is undone', () => {
    const store = createProjectStore()
    store.transact('fill', 'user', put(box('a'), box('b'), box('c')))
    store.transact('delete', 'user', remove('annotation:a'))
    store.undo()

    expect(boxesOf(store)).toEqual(['annotation:a', 'annotation:b', 'annotation:c'])
  })
})

describe('undo', () => {
  test('restores the very same record object', () => {
    const store = createProjectStore()
    const original = box('a')
    store.transact('draw', 'user', put(original))
    store.transact('move', 'user', put(box('a', { boxPx: { x: 9, y: 9, width: 3, height: 4 } })))
    store.undo()

    expect(store.records.get('annotation:a')).toBe(original)
  })

  test('names the step it takes back and the one redo brings again', () => {
    const store = createProjectStore()
    store.transact('Draw box', 'user', put(box('a')))
    store.transact('Delete box', 'user', remove('annotation:a'))

    expect([store.undoLabel(), store.redoLabel()]).toEqual(['Delete box', null])
    expect(store.undo()).toBe('Delete box')
    expect([store.undoLabel(), store.redoLabel()]).toEqual(['Draw box', 'Delete box'])
    expect(store.redo()).toBe('Delete box')
    expect([store.undoLabel(), store.redoLabel()]).toEqual(['Delete box', null])
    expect(store.redo()).toBeNull()
  })

  test('leaves the ledger alone, even when a user step wrote it', () => {
    const store = createProjectStore()
    store.transact('draw and choose', 'user', put(box('a'), settings('otsu')))
    store.transact('choose', 'user', put(settings('segmenter')))
    store.undo()

    expect(store.records.get('annotation:a')).toBeUndefined()
    expect(store.records.get(SETTINGS_ID)).toEqual(settings('segmenter'))
    expect(store.undoLabel()).toBeNull()
  })

  test('is untouched by jobs: they enter neither stack and keep the redo side', () => {
    const store = createProjectStore()
    store.transact('draw', 'user', put(box('a')))
    store.undo()
    store.transact('propose', 'job', put(mask('m')))
    store.transact('predict', 'ledger', put(layer('l')))

    expect(store.undoLabel()).toBeNull()
    expect(store.redo()).toBe('draw')
    store.undo()
    expect(store.records.get('mask:m')).toEqual(mask('m'))
  })

  test('merges steps by key only, and never across an undo', () => {
    const store = createProjectStore()
    const at = (x: number) => put(box('a', { boxPx: { x, y: 0, width: 3, height: 4 } }))
    const nudge = { coalesce: 'nudge:annotation:a' }
    store.transact('draw', 'user', at(0))
    store.transact('nudge', 'user', at(1), nudge)
    store.transact('propose', 'job', put(mask('m')))
    store.transact('nudge', 'user', at(2), nudge)
    store.undo()
    expect(store.records.get('annotation:a')).toEqual(at(0).put[0])

    store.redo()
    store.transact('nudge', 'user', at(3), nudge)
    store.undo()
    expect(store.records.get('annotation:a')).toEqual(at(2).put[0])
  })

  test('does not merge two steps that only share their label', () => {
    const store = createProjectStore()
    store.transact('draw', 'user', put(box('a')))
    store.transact('draw', 'user', put(box('b')))
    store.undo()

    expect(boxesOf(store)).toEqual(['annotation:a'])
  })

  test('brings back a loaded record that was removed, put again and undone', () => {
    // The case in which Yjs' own undo manager loses the record (docs/decisions/0002).
    const former = createProjectStore()
    former.transact('draw', 'user', put(box('d')))
    const store = createProjectStore()
    store.applyUpdates([former.encodeState()])
    store.transact('remove', 'user', remove('annotation:d'))
    store.transact('put again', 'user', put(box('d', { source: 'import' })))
    store.undo()
    store.transact('draw another', 'user', put(box('a')))
    store.undo()
    store.undo()

    expect(contentOf(store)).toEqual({ 'annotation:d': box('d') })
  })

  test('leaves a record alone that a merged copy has changed since, and goes on to the step before', () => {
    const store = createProjectStore()
    store.transact('draw a', 'user', put(box('a')))
    store.transact('draw b', 'user', put(box('b')))
    const copy = createProjectStore()
    copy.applyUpdates([store.encodeState()])
    copy.transact('move b', 'user', put(box('b', { source: 'model' })))
    store.applyUpdates([copy.encodeState()])

    expect(store.undo()).toBe('draw a')
    expect(contentOf(store)).toEqual({ 'annotation:b': box('b', { source: 'model' }) })
  })

  test('makes no step of a plan that changes nothing', () => {
    const store = createProjectStore()
    const drawn = box('a')
    store.transact('draw', 'user', put(drawn))
    store.transact('draw it again', 'user', { put: [drawn], remove: ['annotation:nowhere'] })

    expect(store.undoLabel()).toBe('draw')
  })
})

describe('random histories', () => {
  type Step =
    | { kind: 'put'; name: string; x: number; coalesce: boolean }
    | { kind: 'remove'; name: string }
    | { kind: 'job' }
    | { kind: 'undo' }
    | { kind: 'redo' }
  const names = fc.constantFrom('a', 'b', 'c', 'd')
  const userStep: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ kind: fc.constant('put' as const), name: names, x: fc.nat(9), coalesce: fc.boolean() }),
    fc.record({ kind: fc.constant('remove' as const), name: names }),
  )
  const anyStep: fc.Arbitrary<Step> = fc.oneof(
    { weight: 4, arbitrary: userStep },
    { weight: 2, arbitrary: fc.constant({ kind: 'job' as const }) },
    { weight: 2, arbitrary: fc.constant({ kind: 'undo' as const }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'redo' as const }) },
  )

  function play(store: ProjectStore, steps: readonly Step[]): string[] {
    const jobIds: string[] = []
    for (const step of steps) {
      if (step.kind === 'undo') store.undo()
      else if (step.kind === 'redo') store.redo()
      else if (step.kind === 'job') {
        const proposal = mask(`job${jobIds.length}`)
        store.transact('job', 'job', put(proposal, layer(proposal.id)))
        jobIds.push(proposal.id)
      } else if (step.kind === 'remove') store.transact('remove', 'user', remove(`annotation:${step.name}`))
      else {
        const drawn = box(step.name, { boxPx: { x: step.x, y: 0, width: 1, height: 1 } })
        store.transact('put', 'user', put(drawn), step.coalesce ? { coalesce: `nudge:${step.name}` } : {})
      }
    }
    return jobIds
  }

  test('undoing every step gives the start, redoing every step gives the end, jobs stay throughout', () => {
    fc.assert(
      fc.property(
        fc.array(userStep, { maxLength: 6 }),
        fc.array(anyStep, { maxLength: 30 }),
        (before, steps) => {
          const first = createProjectStore()
          play(first, before)
          const store = createProjectStore()
          store.applyUpdates([first.encodeState()])
          const start = contentOf(store)
          const jobIds = play(store, steps)
          while (store.redo() !== null);
          const end = contentOf(store)
          const added = Object.fromEntries(Object.entries(end).filter(([id]) => !id.startsWith('annotation')))
          expect(Object.keys(added)).toHaveLength(jobIds.length * 2)

          while (store.undo() !== null);
          expect(contentOf(store)).toEqual({ ...start, ...added })
          while (store.redo() !== null);
          expect(contentOf(store)).toEqual(end)
        },
      ),
      { numRuns: 500 },
    )
  }, 60_000)

  test('the updates of a history, applied to an empty document, give the same project', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 25 }), (steps) => {
        const store = createProjectStore()
        const updates: Uint8Array[] = []
        store.onUpdate((update) => updates.push(update))
        play(store, steps)
        const reloaded = createProjectStore()
        reloaded.applyUpdates(updates)
        const compacted = createProjectStore()
        compacted.applyUpdates([store.encodeState()])

        expect(contentOf(reloaded)).toEqual(contentOf(store))
        expect(contentOf(compacted)).toEqual(contentOf(store))
      }),
      { numRuns: 100 },
    )
  })
})

describe('writing', () => {
  test('changes nothing at all when a plan is refused', () => {
    const store = createProjectStore()
    const misnamed = { ...box('b'), id: 'mask:b' } as unknown as AnyRecord

    expect(() => store.transact('bad', 'user', put(box('a'), misnamed))).toThrow(/puts a annotation under/)
    expect(() => store.transact('bad', 'user', put(box('a'), box('a')))).toThrow(/twice/)
    expect(() => store.transact('bad', 'user', { put: [box('a')], remove: ['annotation:a'] })).toThrow(
      /puts and removes/,
    )
    expect(() => store.transact('bad', 'ledger', put(settings('x'), box('a')))).toThrow(/ledger write/)
    expect(contentOf(store)).toEqual({})
    expect([store.version(), store.undoLabel()]).toEqual([0, null])
  })

  test('refuses a job that would change what the user owns', () => {
    const store = createProjectStore()
    store.transact('draw', 'user', put(box('a')))

    expect(() => store.transact('tidy', 'job', put(box('a', { source: 'model' })))).toThrow(
      /belongs to the user/,
    )
    expect(() => store.transact('tidy', 'job', remove('annotation:a'))).toThrow(/belongs to the user/)
    expect(store.records.get('annotation:a')).toEqual(box('a'))
  })

  test('is refused in a read-only store, which still takes what another tab wrote', () => {
    const writer = createProjectStore()
    writer.transact('draw', 'user', put(box('a')))
    const reader = createProjectStore({ isReadOnly: true })
    reader.applyUpdates([writer.encodeState()])

    expect(() => reader.transact('draw', 'user', put(box('b')))).toThrow(
      expect.objectContaining({ code: 'storage/read-only' }),
    )
    expect(() => reader.undo()).toThrow(expect.objectContaining({ code: 'storage/read-only' }))
    expect(boxesOf(reader)).toEqual(['annotation:a'])
    reader.setReadOnly(false)
    reader.transact('draw', 'user', put(box('b')))
    expect(boxesOf(reader)).toEqual(['annotation:a', 'annotation:b'])
  })
})

describe('listeners', () => {
  test('hear once per transaction what was added, changed and removed, and by whom', () => {
    const store = createProjectStore()
    store.transact('draw', 'user', put(box('a'), box('b')))
    const heard: [RecordChanges, string][] = []
    store.subscribe((changes, origin) => heard.push([changes, origin]))
    store.transact('mix', 'user', {
      put: [box('a', { source: 'import' }), box('c'), settings('otsu')],
      remove: ['annotation:b'],
    })
    store.undo()
    store.redo()

    expect(heard).toEqual([
      [
        {
          added: { annotation: ['annotation:c'], settings: ['settings:project'] },
          changed: { annotation: ['annotation:a'] },
          removed: { annotation: ['annotation:b'] },
        },
        'user',
      ],
      [
        {
          added: { annotation: ['annotation:b'] },
          changed: { annotation: ['annotation:a'] },
          removed: { annotation: ['annotation:c'] },
        },
        'undo',
      ],
      [
        {
          added: { annotation: ['annotation:c'] },
          changed: { annotation: ['annotation:a'] },
          removed: { annotation: ['annotation:b'] },
        },
        'redo',
      ],
    ])
  })

  test('find the new state, the new version and the new labels when they are called', () => {
    const store = createProjectStore()
    const seen: unknown[] = []
    store.subscribe(() => seen.push([store.version(), boxesOf(store), store.undoLabel()]))
    store.transact('draw', 'user', put(box('a')))
    store.undo()

    expect(seen).toEqual([
      [1, ['annotation:a'], 'draw'],
      [2, [], null],
    ])
  })

  test('of one image hear of its marks, clicks and decisions, and of no other image', () => {
    const store = createProjectStore()
    const click: ClickPrompt = {
      id: idOf('click', 'k'),
      type: 'click',
      annotationId: idOf('annotation', 'a'),
      pointPx: { x: 1, y: 1 },
      isPositive: true,
      createdAt: '2026-01-01T00:00:00.000Z',
    }
    store.transact('fill', 'user', put(image('1'), image('2'), box('a'), mask('m')))
    const one = vi.fn<() => void>()
    const other = vi.fn<() => void>()
    const stop = store.subscribeTo({ kind: 'image', imageId: 'image:1' }, one)
    store.subscribeTo({ kind: 'image', imageId: 'image:2' }, other)

    store.transact('click', 'user', put(click))
    store.transact('decide', 'user', put(decision('d')))
    store.transact('finish', 'user', put(image('1', { status: 'doneDefects' })))
    // Mask and decision go together: the decision still finds its image.
    store.transact('clear', 'user', remove('mask:m', 'decision:d', 'annotation:a'))
    expect([one.mock.calls.length, other.mock.calls.length]).toEqual([4, 0])

    stop()
    store.transact('draw', 'user', put(box('b')))
    expect(one).toHaveBeenCalledTimes(4)
  })

  test('of one record or type hear of nothing else', () => {
    const store = createProjectStore()
    const record = vi.fn<() => void>()
    const type = vi.fn<() => void>()
    store.subscribeTo({ kind: 'record', id: 'annotation:a' }, record)
    store.subscribeTo({ kind: 'type', type: 'mask' }, type)
    store.transact('draw', 'user', put(box('a'), box('b')))
    store.transact('propose', 'job', put(mask('m'), mask('n')))

    expect([record.mock.calls.length, type.mock.calls.length]).toEqual([1, 1])
  })

  test('of updates are not told of what came from storage', () => {
    const writer = createProjectStore()
    writer.transact('draw', 'user', put(box('a')))
    const store = createProjectStore()
    const onUpdate = vi.fn<() => void>()
    const stop = store.onUpdate(onUpdate)
    store.applyUpdates([writer.encodeState()])
    expect(onUpdate).not.toHaveBeenCalled()
    store.transact('create', 'load', put(settings('otsu')))
    expect(onUpdate).toHaveBeenCalledTimes(1)
    stop()
    store.transact('draw', 'user', put(box('b')))
    expect(onUpdate).toHaveBeenCalledTimes(1)
  })
})

describe('loading', () => {
  const check: RecordCheck = (value) => {
    const record = value as AnyRecord
    return record.type === 'annotation' && record.boxPx.width <= 0
      ? { kind: 'invalid', message: 'boxPx.width must be above 0' }
      : { kind: 'valid', record }
  }

  test('keeps a record that does not validate aside and in the document', () => {
    const sliver = box('bad', { boxPx: { x: 0, y: 0, width: -1, height: 2 } })
    const writer = createProjectStore()
    writer.transact('draw', 'user', put(box('good'), sliver))
    const store = createProjectStore({ check })
    store.applyUpdates([writer.encodeState()])

    expect(boxesOf(store)).toEqual(['annotation:good'])
    expect(store.quarantined()).toEqual([
      { id: 'annotation:bad', message: 'boxPx.width must be above 0', record: sliver },
    ])
    const reader = createProjectStore()
    reader.applyUpdates([store.encodeState()])
    expect(reader.records.get('annotation:bad')).toEqual(sliver)
  })

  test('keeps aside what does not even know its own id or type', () => {
    const doc = new Y.Doc()
    doc.getMap('records').set('annotation:a', 'text')
    doc.getMap('records').set('annotation:b', box('c'))
    doc.getMap('records').set('mask:m', { ...box('m'), id: 'mask:m' })
    const store = createProjectStore({ doc })

    expect(store.quarantined().map(({ id }) => id)).toEqual(['annotation:a', 'annotation:b', 'mask:m'])
    expect(contentOf(store)).toEqual({})
  })

  test('refuses updates that are no updates, or that lack an earlier one', () => {
    const writer = createProjectStore()
    const updates: Uint8Array[] = []
    writer.onUpdate((update) => updates.push(update))
    writer.transact('one', 'user', put(box('a')))
    writer.transact('two', 'user', put(box('b')))
    const damaged = expect.objectContaining({ code: 'storage/damaged' })

    expect(() => createProjectStore().applyUpdates([Uint8Array.of(255, 255, 255)])).toThrow(damaged)
    expect(() => createProjectStore().applyUpdates(updates.slice(1))).toThrow(damaged)
  })

  test('opens 50,000 masks in seconds and edits them in milliseconds', () => {
    const writer = createProjectStore()
    const masks = Array.from({ length: 50_000 }, (_, i) =>
      mask(`${i}`, { imageId: idOf('image', `${i % 1000}`), annotationId: idOf('annotation', `${i}`) }),
    )
    writer.transact('import', 'user', { put: masks, remove: [] })
    const state = writer.encodeState()

    const start = performance.now()
    const store = createProjectStore()
    store.applyUpdates([state])
    expect(store.records.ofType('mask')).toHaveLength(50_000)
    const loadMs = performance.now() - start
    const beforeEdits = performance.now()
    for (let i = 0; i < 100; i++) {
      store.transact('add', 'user', put(mask(`new${i}`)))
      store.records.ofImage('mask', 'image:1')
    }
    const editMs = (performance.now() - beforeEdits) / 100
    // Alone on one core about 1 s and 0.1 ms; the first bound leaves room for a busy machine, the second holds on any:
    // an edit that walked over all records would cost a good part of the load.
    expect(loadMs).toBeLessThan(60_000)
    expect(editMs).toBeLessThan(loadMs / 100)
  }, 180_000)
})
