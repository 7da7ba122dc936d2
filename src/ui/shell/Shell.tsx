import { useProject } from '../AppProvider'

/** The start screen, or the workspace of the open project. */
export function Shell() {
  const project = useProject()
  return <div className="shell">{project === null ? 'start' : 'workspace'}</div>
}
