import '../export/export.css'
import { ExportPane } from '../export/ExportPane'
import { ImportPane } from '../export/ImportPane'
import { ModelPane } from '../export/ModelPane'
import { ProjectFilePane } from '../export/ProjectFilePane'

/** Export: what leaves the project, proved before it is saved; and what comes in from a file. */
export function ExportScreen() {
  return (
    <main className="export">
      <div className="export-column scroll">
        <ExportPane />
      </div>
      <div className="export-column scroll">
        <ImportPane />
        <ModelPane />
        <ProjectFilePane />
      </div>
    </main>
  )
}
