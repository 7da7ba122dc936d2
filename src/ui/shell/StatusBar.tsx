import { useApp, useObservable, useOpenProject, useRecords, useScreen, useSession } from '../AppProvider'
import { JobList } from './JobList'
import { computeText } from './computeText'
import { saveText } from './saveText'

/** Cursor, zoom and image size at the left; running jobs; what computes and whether all is saved at the right. */
export function StatusBar() {
  const app = useApp()
  const screen = useScreen()
  const project = useOpenProject()
  const readout = useObservable(screen.readout)
  const capabilities = useObservable(app.capabilities)
  const saveState = useObservable(project.saveState)
  const { records } = useRecords()
  const imageId = useSession((state) => state.imageId)
  const stage = useSession((state) => state.stage)
  const image = imageId === null ? undefined : records.get(imageId)
  const compute = computeText(capabilities)
  return (
    <footer className="status">
      {stage === 'annotate' && readout !== null && (
        <>
          <span className="status-cursor">
            {readout.pointPx === null ? 'x – y –' : `x ${readout.pointPx.x} y ${readout.pointPx.y}`}
          </span>
          <span className="status-zoom">{zoomText(readout.scale)}</span>
        </>
      )}
      {image?.type === 'image' && (
        <>
          <span>
            {image.width} × {image.height}
          </span>
          <span className="ellipsis">{image.fileName}</span>
        </>
      )}
      <span className="grow" />
      <JobList />
      <span title={compute.title}>{compute.text}</span>
      <span>{saveText(saveState)}</span>
    </footer>
  )
}

function zoomText(scale: number): string {
  const percent = scale * 100
  return percent < 10 ? `${percent.toFixed(1)} %` : `${Math.round(percent)} %`
}
