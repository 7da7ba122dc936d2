import { Button, Modal, NativeSelect } from '@mantine/core'
import { Play, Square } from 'lucide-react'
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import type { TagActions, WatchedRound } from '../../../app/tagsFace'
import type { RecordsView } from '../../../domain/live'
import type { ClassId, ImageId, TagRun } from '../../../domain/records'
import { FailureNote } from '../../controls/FailureNote'
import { useTask } from '../../useTask'
import { LayeredTile } from './LayeredTile'
import { mapLayer, maskLayer } from './watchLayers'

/** Plays the inpainting extension on one labelled image: what is seen, what is painted over, what is seen then. */
export function WatchDialog({
  run,
  tags,
  records,
  onClose,
}: {
  run: TagRun
  tags: TagActions
  records: RecordsView
  onClose: () => void
}) {
  const labelled = useMemo(() => labelledImages(records, run), [records, run])
  const [imageId, setImageId] = useState<ImageId | null>(labelled[0]?.id ?? null)
  const classes = labelled.find(({ id }) => id === imageId)?.classes ?? []
  const [classId, setClassId] = useState<ClassId | null>(null)
  const chosen = classes.find(({ id }) => id === classId) ?? classes[0]
  const [rounds, setRounds] = useState<readonly WatchedRound[]>([])
  const [at, setAt] = useState(0)
  const task = useTask()
  const controller = useRef<AbortController | null>(null)
  useEffect(() => () => controller.current?.abort(), [])

  const play = (): void => {
    if (imageId === null || chosen === undefined) return
    const own = new AbortController()
    controller.current = own
    setRounds([])
    setAt(0)
    task.start(() =>
      tags.watch(
        run.id,
        imageId,
        chosen.id,
        (round) => {
          setRounds((known) => [...known, round])
          setAt(round.round)
        },
        own.signal,
      ),
    )
  }
  const step = (event: KeyboardEvent): void => {
    if (event.target instanceof HTMLSelectElement || rounds.length === 0) return
    if (event.key === 'ArrowRight') setAt(Math.min(rounds.length - 1, at + 1))
    if (event.key === 'ArrowLeft') setAt(Math.max(0, at - 1))
  }
  const shown = rounds[at]
  const tiles = useMemo(
    () =>
      shown === undefined
        ? []
        : [
            { caption: 'What the classifier is asked about', layers: [shown.picture] },
            { caption: 'Where it fires', layers: [shown.picture, mapLayer(shown.cam)] },
            { caption: 'Painted over after this round', layers: [shown.picture, maskLayer(shown.mask)] },
            { caption: 'The map so far', layers: [rounds[0]!.picture, mapLayer(shown.extended)] },
          ],
    [shown, rounds],
  )
  return (
    <Modal opened onClose={onClose} title={`Inpainting extension, ${run.name}`} size={1120} onKeyDown={step}>
      <div className="watch">
        <div className="watch-choice">
          <NativeSelect
            label="Labelled image"
            value={imageId ?? ''}
            data={labelled.map(({ id, name }) => ({ value: id, label: name }))}
            disabled={task.isBusy}
            onChange={(event) => {
              setImageId(event.currentTarget.value as ImageId)
              setRounds([])
            }}
          />
          <NativeSelect
            label="Class"
            value={chosen?.id ?? ''}
            data={classes.map(({ id, name }) => ({ value: id, label: name }))}
            disabled={task.isBusy || classes.length < 2}
            onChange={(event) => setClassId(event.currentTarget.value as ClassId)}
          />
          {task.isBusy ? (
            <Button
              variant="default"
              leftSection={<Square size={12} />}
              onClick={() => controller.current?.abort()}
            >
              Stop
            </Button>
          ) : (
            <Button
              leftSection={<Play size={13} />}
              disabled={chosen === undefined}
              onClick={play}
              data-autofocus
            >
              Play
            </Button>
          )}
        </div>
        <FailureNote failure={task.failure} onDismiss={task.dismiss} />
        <div className="watch-rounds" role="group" aria-label="Rounds">
          {rounds.map(({ round, score }) => (
            <button
              key={round}
              type="button"
              className="watch-round"
              aria-pressed={round === at}
              onClick={() => setAt(round)}
            >
              <span>
                Round {round + 1} · <span className="num">{score.toFixed(2)}</span>
              </span>
              <span className="watch-bar" aria-hidden>
                <b style={{ width: `${100 * score}%` }} />
              </span>
            </button>
          ))}
          {rounds.length === 0 && (
            <p className="mute">
              {task.isBusy
                ? 'The first round arrives in a moment.'
                : labelled.length === 0
                  ? 'No labelled image has a class that this classifier knows.'
                  : 'Press Play: what was found is painted over, and the classifier is asked again.'}
            </p>
          )}
        </div>
        <div className="watch-tiles">
          {tiles.map(({ caption, layers }) => (
            <LayeredTile key={caption} caption={caption} layers={layers} />
          ))}
        </div>
        <p className="watch-end" aria-live="polite">
          {rounds.at(-1)?.ended ?? ''}
        </p>
      </div>
    </Modal>
  )
}

interface LabelledImage {
  readonly id: ImageId
  readonly name: string
  readonly classes: readonly { readonly id: ClassId; readonly name: string }[]
}

/** Images with a class that the run's classifier has learned, by name. */
function labelledImages(records: RecordsView, run: TagRun): LabelledImage[] {
  const known = new Set<string>(run.classIds)
  return records
    .ofType('image')
    .map(({ id, fileName }) => ({
      id,
      name: fileName,
      classes: records.ofImage('imageLabel', id).flatMap(({ classId, presence }) => {
        const record = records.get(classId)
        return presence === 'present' && known.has(classId) && record?.type === 'class'
          ? [{ id: classId, name: record.name }]
          : []
      }),
    }))
    .filter(({ classes }) => classes.length > 0)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}
