import { useEffect, useState } from 'react'
import { Download } from 'lucide-react'
import { droppedEntries, readDropped, type Dropped } from '../dropFiles'
import { isModelDrop } from '../models/modelDrop'
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
  const [isOver, setOver] = useState(false)
  useEffect(() => {
    // dragleave fires for every element passed over: count in and out.
    let depth = 0
    const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true
    const enter = (event: DragEvent): void => {
      if (!hasFiles(event)) return
      depth++
      setOver(true)
    }
    const leave = (event: DragEvent): void => {
      if (!hasFiles(event)) return
      depth = Math.max(0, depth - 1)
      if (depth === 0) setOver(false)
    }
    const over = (event: DragEvent): void => {
      if (!hasFiles(event)) return
      event.preventDefault()
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = 'copy'
    }
    const drop = (event: DragEvent): void => {
      depth = 0
      setOver(false)
      if (!hasFiles(event) || event.dataTransfer === null) return
      event.preventDefault()
      readDropped(droppedEntries(event.dataTransfer)).then((dropped) => {
        // Models go to the library on every screen: see `useModelDrop`.
        if (!isModelDrop(dropped.files)) onDrop(dropped)
      }, onFailure)
    }
    window.addEventListener('dragenter', enter)
    window.addEventListener('dragleave', leave)
    window.addEventListener('dragover', over)
    window.addEventListener('drop', drop)
    return () => {
      window.removeEventListener('dragenter', enter)
      window.removeEventListener('dragleave', leave)
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
