import { Button, Loader, SegmentedControl } from '@mantine/core'
import { FilePlus, FolderPlus, Images, SearchX } from 'lucide-react'
import { lazy, Suspense, useCallback } from 'react'
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
import { isLabelFile } from '../images/isLabelFile'
import { LabelFileMenu } from '../images/LabelFileMenu'
import { LabelFileReport } from '../images/LabelFileReport'
import { LabelPicker } from '../images/LabelPicker'
import { SelectionBar } from '../images/SelectionBar'

const SortView = lazy(() => import('../images/sort/SortView').then((m) => ({ default: m.SortView })))

/** The images of the project: add, filter, tick and set what is known of many at once; or sort them one by one. */
export function ImagesScreen() {
  const app = useApp()
  const screen = useScreen()
  const project = useOpenProject()
  const { records } = useRecords()
  const filter = useSession((state) => state.filter)
  const mode = useSession((state) => state.imagesMode)
  const ticked = useObservable(screen.tickedImages)
  const report = useObservable(screen.addReport)
  const addFolder = useCommand('image.addFolder')
  const addFiles = useCommand('image.addFiles')
  const images = records.ofType('image')
  const ids = app.images.visible()
  const isReadOnly = project.isReadOnly()
  const isSorting = mode === 'sort' && images.length > 0

  const drop = useCallback(
    ({ files }: Dropped) => {
      const labelFile = files.find((file) => isLabelFile(file.path))
      const pictures = files.filter((file) => file !== labelFile)
      const take = async (): Promise<void> => {
        // Pictures first: the labels may be theirs.
        if (pictures.length > 0) screen.addReport.set(await app.images.add(pictures))
        if (labelFile === undefined) return
        screen.labelFile.set({ kind: 'preview', preview: await app.images.previewLabels(labelFile) })
      }
      take().catch((error: unknown) => showFailure('The files could not be added', error))
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
        <SegmentedControl
          aria-label="Layout"
          data={[
            { value: 'grid', label: 'Grid' },
            { value: 'sort', label: 'Sort' },
          ]}
          value={isSorting ? 'sort' : 'grid'}
          disabled={images.length === 0}
          onChange={(value) => app.session.setState({ imagesMode: value === 'sort' ? 'sort' : 'grid' })}
        />
        {isSorting ? (
          <span className="mute">Say of each image whether it is clean or has a defect, one key each.</span>
        ) : (
          <SelectionBar ids={[...ticked]} />
        )}
        <span className="grow" />
        <LabelFileMenu />
        {addButtons}
      </div>
      <LabelFileReport />
      {report !== null && (
        <AddReport
          // A new report is shown as it comes, whatever the person did with the one before.
          key={report.issues.map((issue) => issue.path).join('|')}
          report={report}
          onClose={() => screen.addReport.set(null)}
        />
      )}
      {images.length > 0 && !isSorting && <GridFilters images={images} shown={ids.length} />}
      <div className="images-body">
        {images.length === 0 ? (
          <EmptyState
            icon={Images}
            title="No images yet"
            action={<div className="button-row">{addButtons}</div>}
          >
            Add a folder of surface images, or drop it here. They stay on this computer.
          </EmptyState>
        ) : isSorting ? (
          <Suspense
            fallback={
              <div className="empty">
                <Loader size="sm" role="status" aria-label="Loading the sort view" />
              </div>
            }
          >
            <SortView />
          </Suspense>
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
