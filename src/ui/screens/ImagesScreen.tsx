import { Button } from '@mantine/core'
import { FilePlus, FolderPlus, Images, SearchX } from 'lucide-react'
import { useCallback } from 'react'
import { useApp, useObservable, useOpenProject, useRecords, useScreen, useSession } from '../AppProvider'
import { useCommand } from '../commands/useCommands'
import { DropZone } from '../controls/DropZone'
import { EmptyState } from '../controls/EmptyState'
import { showFailure } from '../controls/showFailure'
import type { Dropped } from '../dropFiles'
import { AddReport } from '../images/AddReport'
import { GridFilters } from '../images/GridFilters'
import { ImageGrid } from '../images/ImageGrid'
import '../images/images.css'
import { LabelPicker } from '../images/LabelPicker'
import { SelectionBar } from '../images/SelectionBar'

/** The images of the project: add, filter, tick, and set what is known of many at once. */
export function ImagesScreen() {
  const app = useApp()
  const screen = useScreen()
  const project = useOpenProject()
  const { records } = useRecords()
  const filter = useSession((state) => state.filter)
  const ticked = useObservable(screen.tickedImages)
  const report = useObservable(screen.addReport)
  const addFolder = useCommand('image.addFolder')
  const addFiles = useCommand('image.addFiles')
  const images = records.ofType('image')
  const ids = app.images.visible()
  const isReadOnly = project.isReadOnly()

  const drop = useCallback(
    ({ files }: Dropped) => {
      app.images
        .add(files)
        .then(screen.addReport.set, (error: unknown) => showFailure('The files could not be added', error))
    },
    [app, screen],
  )
  const addButtons = (
    <>
      <Button leftSection={<FolderPlus size={13} />} disabled={isReadOnly} onClick={addFolder.run}>
        Add folder
      </Button>
      <Button
        variant="default"
        leftSection={<FilePlus size={13} />}
        disabled={isReadOnly}
        onClick={addFiles.run}
      >
        Add files
      </Button>
    </>
  )
  return (
    <main className="images">
      {!isReadOnly && (
        <DropZone
          invitation="Drop to add to this project"
          onDrop={drop}
          onFailure={(error) => showFailure('The drop could not be read', error)}
        />
      )}
      <div className="images-head">
        <SelectionBar ids={[...ticked]} />
        <span className="grow" />
        {addButtons}
      </div>
      {report !== null && (
        <AddReport
          // A new report is shown as it comes, whatever the person did with the one before.
          key={report.issues.map((issue) => issue.path).join('|')}
          report={report}
          onClose={() => screen.addReport.set(null)}
        />
      )}
      {images.length > 0 && <GridFilters images={images} shown={ids.length} />}
      <div className="images-body">
        {images.length === 0 ? (
          <EmptyState
            icon={Images}
            title="No images yet"
            action={<div className="button-row">{addButtons}</div>}
          >
            Add a folder of surface images, or drop it here. They stay on this computer.
          </EmptyState>
        ) : ids.length === 0 ? (
          <EmptyState
            icon={SearchX}
            title={filter.text === '' ? 'No images match the filter' : `No images match “${filter.text}”`}
            action={
              <Button
                onClick={() =>
                  app.session.setState({ filter: { ...filter, text: '', statuses: [], classId: null } })
                }
              >
                Clear filter
              </Button>
            }
          />
        ) : (
          <ImageGrid ids={ids} />
        )}
      </div>
      <LabelPicker />
    </main>
  )
}
