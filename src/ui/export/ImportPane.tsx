import { Button } from '@mantine/core'
import { CheckCircle2, FileJson, FileUp } from 'lucide-react'
import { useCallback, useState } from 'react'
import type { ImportPreview } from '../../app/app'
import { AppError, messageOf } from '../../core/errors'
import { useApp, useObservable, useOpenProject } from '../AppProvider'
import { DropZone } from '../controls/DropZone'
import { FailureNote } from '../controls/FailureNote'
import { ProgressRow } from '../controls/ProgressRow'
import { Section } from '../controls/Section'
import type { Dropped } from '../dropFiles'
import { useTask } from '../useTask'
import { ImportPreviewView } from './ImportPreviewView'
import { counted } from './scopeRows'

type Step =
  | { readonly kind: 'choose' }
  | { readonly kind: 'preview'; readonly preview: ImportPreview }
  | { readonly kind: 'done'; readonly fileName: string; readonly boxes: number; readonly masks: number }

/** Annotations from a COCO file: read, show what would happen, and only then change the project. */
export function ImportPane() {
  const app = useApp()
  const isReadOnly = useOpenProject().isReadOnly()
  const task = useTask()
  const [step, setStep] = useState<Step>({ kind: 'choose' })
  const job = useObservable(app.jobs.running).find((each) => /^(Read|Import) /.test(each.title))

  const pick = (): void =>
    task.start(async () => {
      const preview = await app.transfer.pickAnnotations()
      if (preview !== null) setStep({ kind: 'preview', preview })
    })
  const { start } = task
  const drop = useCallback(
    ({ files }: Dropped): void =>
      start(async () => {
        const file = files.find((each) => each.path.toLowerCase().endsWith('.json'))
        if (file === undefined) {
          throw new AppError(
            'data/unreadable-file',
            'none of the dropped files is a .json file in COCO format',
          )
        }
        setStep({ kind: 'preview', preview: await app.transfer.previewAnnotations(file) })
      }),
    [app, start],
  )
  const failToRead = useCallback((error: unknown) => start(() => Promise.reject(toError(error))), [start])
  const apply = (preview: ImportPreview, mode: 'add' | 'replace'): void =>
    task.start(async () => {
      const { boxes, masks } = await preview.apply(mode)
      setStep({ kind: 'done', fileName: preview.fileName, boxes, masks })
    })

  return (
    <Section title="Import annotations" aside={<span className="mute">COCO JSON</span>}>
      {step.kind === 'choose' && (
        <div className="drop">
          {!isReadOnly && (
            <DropZone invitation="Drop a COCO file to import" onDrop={drop} onFailure={failToRead} />
          )}
          <FileJson size={26} strokeWidth={1.25} aria-hidden />
          <p>Drop a COCO file here. You see what would happen before anything changes.</p>
          <Button
            variant="default"
            leftSection={<FileUp size={14} />}
            loading={task.isBusy}
            disabled={isReadOnly}
            onClick={pick}
          >
            Choose a file …
          </Button>
        </div>
      )}
      {step.kind === 'preview' && (
        <ImportPreviewView
          preview={step.preview}
          isBusy={task.isBusy}
          onApply={(mode) => apply(step.preview, mode)}
          onCancel={() => setStep({ kind: 'choose' })}
        />
      )}
      {step.kind === 'done' && (
        <output className="imported">
          <CheckCircle2 size={18} color="var(--good)" aria-hidden />
          <span>
            {counted(step.boxes, 'box', 'boxes')} and {counted(step.masks, 'mask')} from {step.fileName}. One
            undo takes all of it back.
          </span>
          <Button size="compact-xs" variant="default" onClick={() => setStep({ kind: 'choose' })}>
            Import another
          </Button>
        </output>
      )}
      <FailureNote failure={task.failure} onDismiss={task.dismiss} />
      {job !== undefined && (
        <div className="pane-progress">
          <ProgressRow
            title={job.title}
            progress={job.progress}
            secondsLeft={job.secondsLeft}
            onCancel={job.canCancel ? () => app.jobs.cancel(job.id) : null}
          />
        </div>
      )}
    </Section>
  )
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new AppError('data/unreadable-file', messageOf(error))
}
