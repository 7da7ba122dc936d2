import { Button } from '@mantine/core'
import type { ImportPreview } from '../../app/app'
import { useScreen } from '../AppProvider'
import { IssueTable } from '../controls/IssueTable'
import { counted } from './scopeRows'

/** Names of unmatched images shown before "and so many more". */
const NAMES_SHOWN = 4

/** What an import would do: counts for each class, images that match and do not, every problem; then the choice. */
export function ImportPreviewView({
  preview,
  isBusy,
  onApply,
  onCancel,
}: {
  preview: ImportPreview
  isBusy: boolean
  onApply: (mode: 'add' | 'replace') => void
  onCancel: () => void
}) {
  const screen = useScreen()
  const marks = preview.perClass.reduce((sum, each) => sum + each.boxes + each.masks, 0)
  const existing = preview.existingMarksOnMatched
  const replace = async (): Promise<void> => {
    const isSure = await screen.confirm({
      title: 'Replace marks',
      message: `${counted(existing, 'mark')} on ${counted(preview.matchedImages, 'image')} are replaced by ${marks.toLocaleString()} from ${preview.fileName}. One undo brings them back.`,
      verb: `Replace ${counted(existing, 'mark')}`,
    })
    if (isSure) onApply('replace')
  }
  return (
    <div className="import-preview">
      <p className="import-name">
        <strong>{preview.fileName}</strong>
      </p>
      <dl className="import-counts">
        <div>
          <dt>Images that match</dt>
          <dd className="num">{preview.matchedImages.toLocaleString()}</dd>
        </div>
        <div>
          <dt>In the file, not in the project</dt>
          <dd className="num">{preview.unmatchedInFile.length.toLocaleString()}</dd>
        </div>
        <div>
          <dt>In the project, not in the file</dt>
          <dd className="num">{preview.unmatchedInProject.toLocaleString()}</dd>
        </div>
        <div>
          <dt>Marks already on matched images</dt>
          <dd className="num">{existing.toLocaleString()}</dd>
        </div>
      </dl>
      {preview.unmatchedInFile.length > 0 && (
        <p className="import-missing">
          Missing here: {preview.unmatchedInFile.slice(0, NAMES_SHOWN).join(', ')}
          {preview.unmatchedInFile.length > NAMES_SHOWN &&
            ` and ${(preview.unmatchedInFile.length - NAMES_SHOWN).toLocaleString()} more`}
        </p>
      )}
      <table className="table">
        <thead>
          <tr>
            <th>Class</th>
            <th className="num">Boxes</th>
            <th className="num">Masks</th>
          </tr>
        </thead>
        <tbody>
          {preview.perClass.map((each) => (
            <tr key={each.name}>
              <td>
                {each.name}
                {each.isNew && <span className="new-class">new</span>}
              </td>
              <td className="num">{each.boxes.toLocaleString()}</td>
              <td className="num">{each.masks.toLocaleString()}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <IssueTable issues={preview.issues} maxHeight={200} />
      {marks === 0 && (
        <p className="pane-blocker">
          No mark of this file belongs to an image of the project: nothing to import.
        </p>
      )}
      <div className="import-actions">
        <Button disabled={marks === 0} loading={isBusy} onClick={() => onApply('add')}>
          Add {counted(marks, 'mark')}
        </Button>
        <Button
          variant="default"
          disabled={marks === 0 || existing === 0 || isBusy}
          onClick={() => void replace()}
        >
          Replace for matched images …
        </Button>
        <span className="grow" />
        <Button variant="subtle" color="gray" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </div>
  )
}
