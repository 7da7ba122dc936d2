import { Button, CloseButton } from '@mantine/core'
import { AlertTriangle, CheckCircle2, Tags } from 'lucide-react'
import { useObservable, useOpenProject, useScreen } from '../AppProvider'
import { IssueTable } from '../controls/IssueTable'
import { labelFileText } from './labelFileText'

/** A label file before it is applied: what would change and every fault in it; afterwards, what was done. */
export function LabelFileReport() {
  const screen = useScreen()
  const isReadOnly = useOpenProject().isReadOnly()
  const view = useObservable(screen.labelFile)
  if (view === null) return null
  const close = (): void => screen.labelFile.set(null)
  if (view.kind === 'applied') {
    return (
      <section className="add-report" aria-label="Label file">
        <output className="add-report-line">
          <CheckCircle2 size={14} color="var(--good)" aria-hidden />
          <span>
            {view.images.toLocaleString()} {view.images === 1 ? 'image' : 'images'} labelled from{' '}
            {view.fileName}. One undo takes all of it back.
          </span>
          <span className="grow" />
          <CloseButton size="xs" aria-label="Dismiss" onClick={close} />
        </output>
      </section>
    )
  }
  const { preview } = view
  const changes = preview.clean + preview.defective
  const apply = (): void =>
    screen.labelFile.set({ kind: 'applied', fileName: preview.fileName, images: preview.apply() })
  return (
    <section className="add-report" aria-label="Label file">
      <div className="add-report-line">
        {preview.issues.length > 0 ? (
          <AlertTriangle size={14} color="var(--warn)" aria-hidden />
        ) : (
          <Tags size={14} aria-hidden />
        )}
        <span>
          <strong>{preview.fileName}</strong>: {labelFileText(preview)}{' '}
          {preview.unmatchedInProject > 0 && (
            <span className="mute">
              {preview.unmatchedInProject.toLocaleString()} of the project are not in the file and stay as
              they are.
            </span>
          )}
        </span>
        <span className="grow" />
        <Button disabled={changes === 0 || isReadOnly} onClick={apply}>
          Label {changes.toLocaleString()} {changes === 1 ? 'image' : 'images'}
        </Button>
        <Button variant="subtle" color="gray" onClick={close}>
          Cancel
        </Button>
      </div>
      <IssueTable issues={preview.issues} maxHeight={180} />
    </section>
  )
}
