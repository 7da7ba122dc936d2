import { Button, Progress } from '@mantine/core'
import { SkipForward, X } from 'lucide-react'
import type { LiveTagging, TagActions } from '../../../app/tagsFace'
import type { RecordsView } from '../../../domain/live'
import { timeLeftText } from '../../controls/timeLeftText'
import { PreviewTile } from '../PreviewTile'
import { ApPlot } from './ApPlot'

const PHASES: Readonly<Record<LiveTagging['phase'], string>> = {
  preparing: 'Preparing',
  training: 'Training the classifier',
  masks: 'Making masks',
}
const TILES = 6

/** Masks from labels under way: the classifier's curves, and the maps of some images as they change. */
export function LiveTags({
  live,
  tags,
  records,
}: {
  live: LiveTagging
  tags: TagActions
  records: RecordsView
}) {
  const run = records.get(live.tagRunId)
  const asked = run?.type === 'tagRun' ? Number(run.params['classifierEpochs'] ?? 0) : 0
  const isTraining = live.phase === 'training'
  const { done, total } = live
  return (
    <div className="train-middle">
      <header className="live">
        <div className="live-row">
          <h2>{PHASES[live.phase]}</h2>
          <span className="num live-epoch">
            {total === 0 ? '' : isTraining ? `epoch ${done} / ${total}` : `${done} / ${total}`}
          </span>
          {live.secondsLeft !== null && <span className="num">{timeLeftText(live.secondsLeft)}</span>}
          <span className="grow" />
          <Button
            variant="default"
            leftSection={<SkipForward size={12} />}
            disabled={!isTraining || live.epochs.length === 0}
            onClick={() => tags.stopTraining()}
            title="Keeps the best classifier so far"
          >
            Stop training, make masks
          </Button>
          <Button
            variant="subtle"
            color="gray"
            leftSection={<X size={13} />}
            onClick={() => tags.cancel()}
            title="Masks that are made stay"
          >
            Cancel
          </Button>
        </div>
        <Progress
          size={3}
          value={total === 0 ? 100 : (done / total) * 100}
          striped={total === 0}
          animated={total === 0}
          aria-label="Progress of the masks from labels"
        />
        <div className="live-row mute">
          <span className="ellipsis">{live.note}</span>
        </div>
      </header>
      <ApPlot epochs={live.epochs} of={asked} />
      <section className="previews cam-strip" aria-label="Where the classifier looks">
        {live.cams.slice(0, TILES).map((cam) => {
          const image = records.get(cam.imageId)
          const name = image?.type === 'image' ? image.fileName : cam.imageId
          const { imageId, epoch, width, height, map } = cam
          const preview = { imageId, epoch, width, height, defect: map }
          return <PreviewTile key={imageId} preview={preview} name={name} seenBy="the classifier" />
        })}
        {live.cams.length === 0 && (
          <div className="preview-wait">
            <span>Activation maps appear here after the first epoch</span>
          </div>
        )}
      </section>
    </div>
  )
}
