import { useEffect } from 'react'
import { useApp, useScreen } from '../AppProvider'
import { showFailure } from '../controls/showFailure'
import { droppedEntries, readDropped } from '../dropFiles'
import { carriesFiles } from '../useFilesOver'
import { isModelDrop } from './modelDrop'

/**
 * Takes ONNX files dropped anywhere on the window, and keeps the browser from leaving the page for a file dropped beside
 * its place. What else is dropped belongs to the screen's own drop zone.
 */
export function useModelDrop(): void {
  const app = useApp()
  const screen = useScreen()
  useEffect(() => {
    const over = (event: DragEvent): void => {
      if (carriesFiles(event)) event.preventDefault()
    }
    const drop = (event: DragEvent): void => {
      if (!carriesFiles(event) || event.dataTransfer === null) return
      event.preventDefault()
      readDropped(droppedEntries(event.dataTransfer)).then(
        ({ files }) => {
          if (!isModelDrop(files)) return
          screen.modelsOpen.set(true)
          // A refusal becomes a notice of the job.
          void app.models.addFiles(files)
        },
        (error: unknown) => showFailure('The drop could not be read', error),
      )
    }
    // The first event over another element is a dragenter alone: a drop right after it would be refused without this.
    window.addEventListener('dragenter', over)
    window.addEventListener('dragover', over)
    window.addEventListener('drop', drop)
    return () => {
      window.removeEventListener('dragenter', over)
      window.removeEventListener('dragover', over)
      window.removeEventListener('drop', drop)
    }
  }, [app, screen])
}
