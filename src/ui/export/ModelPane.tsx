import { SETTINGS_ID } from '../../domain/records'
import { useApp, useRecords } from '../AppProvider'
import { FailureNote } from '../controls/FailureNote'
import { Section } from '../controls/Section'
import { DownloadModelButton } from '../train/DownloadModelButton'
import { useTask } from '../useTask'

/** The model in use as ONNX with its description. */
export function ModelPane() {
  const app = useApp()
  const { records } = useRecords()
  const task = useTask()
  const settings = records.get(SETTINGS_ID)
  const runId = settings?.type === 'settings' ? settings.activeRunId : null
  const run = runId === null ? undefined : records.get(runId)
  const hasModel = run?.type === 'run' && run.model !== null
  return (
    <Section title="Model">
      <div className="pane-line">
        <p className="mute">
          {hasModel
            ? `The model in use, "${run.name}", as ONNX with a description of its inputs and outputs.`
            : 'Train a student first: its model can then be downloaded as ONNX.'}
        </p>
        <DownloadModelButton
          run={hasModel ? run : null}
          isBusy={task.isBusy}
          onSave={(form) => {
            if (runId !== null) task.start(() => app.transfer.saveModel(runId, form))
          }}
        />
      </div>
      <FailureNote failure={task.failure} onDismiss={task.dismiss} />
    </Section>
  )
}
