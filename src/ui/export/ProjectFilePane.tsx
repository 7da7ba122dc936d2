import { Button } from '@mantine/core'
import { Save } from 'lucide-react'
import { useApp } from '../AppProvider'
import { FailureNote } from '../controls/FailureNote'
import { Section } from '../controls/Section'
import { useTask } from '../useTask'

/** The whole project in one file: pictures, marks, decisions, runs. */
export function ProjectFilePane() {
  const app = useApp()
  const task = useTask()
  return (
    <Section title="Project file">
      <div className="pane-line">
        <p className="mute">
          Everything in one file: pictures, marks, decisions and models. Opens on any computer with
          Maskwright.
        </p>
        <Button
          variant="default"
          leftSection={<Save size={14} />}
          loading={task.isBusy}
          onClick={() => task.start(() => app.projects.saveFile())}
        >
          Save project file
        </Button>
      </div>
      <FailureNote failure={task.failure} onDismiss={task.dismiss} />
    </Section>
  )
}
