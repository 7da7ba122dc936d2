import { Button } from '@mantine/core'
import { AlertTriangle } from 'lucide-react'
import { useState } from 'react'
import type { OpenedProject } from '../../app/app'
import { useApp } from '../AppProvider'

/** What could not be read back when the project was opened. Nothing was overwritten. */
export function DamageBanner({ project }: { project: OpenedProject }) {
  const app = useApp()
  const [isDismissed, setDismissed] = useState(false)
  const kept = project.quarantined.length
  if (isDismissed || (project.damage === null && kept === 0)) return null
  return (
    <div className="banner" role="alert">
      <AlertTriangle size={14} color="var(--warn)" aria-hidden />
      <span>
        {project.damage?.message}
        {kept > 0 &&
          ` ${kept} ${kept === 1 ? 'record was' : 'records were'} not readable and set aside: ${project.quarantined
            .slice(0, 3)
            .map((item) => item.message)
            .join('; ')}${kept > 3 ? ' …' : ''}`}
      </span>
      <span className="grow" />
      <Button size="compact-xs" variant="default" onClick={() => void app.projects.saveFile()}>
        Save a project file
      </Button>
      <Button size="compact-xs" variant="subtle" color="gray" onClick={() => setDismissed(true)}>
        Understood
      </Button>
    </div>
  )
}
