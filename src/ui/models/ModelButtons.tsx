import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { Download, ShieldCheck, Trash2 } from 'lucide-react'
import type { ModelEntry } from '../../app/app'
import { useApp, useObservable, useProject, useScreen } from '../AppProvider'
import { byteText } from '../start/byteText'
import { deleteQuestion, downloadQuestion, downloadVerb, hostText, totalBytes } from './modelWords'

/** What can be done with a model now: fetch, use, check, delete. */
export function ModelButtons({
  model,
  isBusy,
  isInUse,
  canUse,
}: {
  model: ModelEntry
  isBusy: boolean
  isInUse: boolean
  canUse: boolean
}) {
  const app = useApp()
  const screen = useScreen()
  const project = useProject()
  const mirror = useObservable(app.models.mirror)
  const verb = downloadVerb(model)
  const isHere = model.source !== 'embedded' && model.state !== 'absent'

  const download = async (): Promise<void> => {
    const isAgreed = await screen.confirm({
      title: `Download ${model.title}?`,
      message: downloadQuestion(model, hostText(mirror)),
      verb: verb ?? 'Download',
      isDanger: false,
    })
    if (isAgreed) await app.models.download(model.id)
  }
  const remove = async (): Promise<void> => {
    const size = byteText(totalBytes(model))
    const isSure = await screen.confirm({
      title: `Delete ${model.title}?`,
      message: deleteQuestion(model, isInUse),
      verb: `Delete ${size}`,
    })
    if (isSure) await app.models.remove(model.id)
  }

  return (
    <div className="model-buttons">
      {verb !== null && (
        <Button
          variant={model.state === 'damaged' ? 'filled' : 'default'}
          leftSection={<Download size={13} />}
          disabled={isBusy || model.obstacle !== null}
          title={model.obstacle ?? undefined}
          aria-label={`${verb}: ${model.title}`}
          onClick={() => void download()}
        >
          {verb}
        </Button>
      )}
      {model.state === 'ready' && canUse && !isInUse && (
        <Button
          disabled={isBusy || model.obstacle !== null || project?.isReadOnly() === true}
          aria-label={`Use ${model.title}`}
          onClick={() => app.models.use(model.id)}
        >
          Use
        </Button>
      )}
      {isHere && model.state !== 'partial' && (
        <Tooltip label="Verify: read every byte again">
          <ActionIcon
            variant="default"
            size={26}
            disabled={isBusy}
            aria-label={`Verify ${model.title}`}
            onClick={() => void app.models.verify(model.id)}
          >
            <ShieldCheck size={14} />
          </ActionIcon>
        </Tooltip>
      )}
      {isHere && (
        <Tooltip label="Delete from this computer">
          <ActionIcon
            variant="default"
            size={26}
            disabled={isBusy}
            aria-label={`Delete ${model.title}`}
            onClick={() => void remove()}
          >
            <Trash2 size={14} />
          </ActionIcon>
        </Tooltip>
      )}
    </div>
  )
}
