import { useEffect } from 'react'
import { Download } from 'lucide-react'
import { droppedEntries, readDropped, type Dropped } from '../dropFiles'
import { isModelDrop } from '../models/modelDrop'
import { carriesFiles, useFilesOver } from '../useFilesOver'
import './dropZone.css'

/** Takes files and folders dropped anywhere on the window while it is mounted, and says so while they hover. */
export function DropZone({
  invitation,
  onDrop,
  onFailure,
}: {
  /** What a drop will do, for example "Drop to add to this project". */
  invitation: string
  onDrop: (dropped: Dropped) => void
  onFailure: (error: unknown) => void
}) {
  const isOver = useFilesOver()
  useEffect(() => {
    const over = (event: DragEvent): void => {
      if (!carriesFiles(event)) return
      event.preventDefault()
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = 'copy'
    }
    const drop = (event: DragEvent): void => {
      if (!carriesFiles(event) || event.dataTransfer === null) return
      event.preventDefault()
      readDropped(droppedEntries(event.dataTransfer)).then((dropped) => {
        // Models go to the library on every screen: see `useModelDrop`.
        if (!isModelDrop(dropped.files)) onDrop(dropped)
      }, onFailure)
    }
    window.addEventListener('dragover', over)
    window.addEventListener('drop', drop)
    return () => {
      window.removeEventListener('dragover', over)
      window.removeEventListener('drop', drop)
    }
  }, [onDrop, onFailure])
  if (!isOver) return null
  return (
    <div className="drop-zone" aria-hidden>
      <Download size={28} strokeWidth={1.5} />
      {invitation}
    </div>
  )
}
