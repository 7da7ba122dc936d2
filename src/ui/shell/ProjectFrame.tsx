import type { OpenedProject } from '../../app/app'
import { DamageBanner } from './DamageBanner'
import { StatusBar } from './StatusBar'
import { TopBar } from './TopBar'
import { Workspace } from './Workspace'

/** An open project: top bar, the stage's screen, status bar. Loaded with the first project, not with the page. */
export function ProjectFrame({ project }: { project: OpenedProject }) {
  return (
    <div className="shell">
      <TopBar />
      <div className="workspace">
        <DamageBanner project={project} />
        <Workspace />
      </div>
      <StatusBar />
    </div>
  )
}
