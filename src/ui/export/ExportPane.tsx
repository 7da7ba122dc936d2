import { Button, Radio, Switch } from '@mantine/core'
import { FileOutput } from 'lucide-react'
import { useId, useMemo } from 'react'
import type { ExportReport } from '../../app/app'
import type { JsonObject } from '../../core/json'
import { exportScope, type ExportChoice } from '../../domain/exportScope'
import { useApp, useObservable, useRecords } from '../AppProvider'
import { FailureNote } from '../controls/FailureNote'
import { ParamForm } from '../controls/ParamForm'
import { ProgressRow } from '../controls/ProgressRow'
import { Section } from '../controls/Section'
import { useKept } from '../useKept'
import { useTask } from '../useTask'
import { ExportReportView } from './ExportReportView'
import { ScopeTable } from './ScopeTable'

interface Written {
  readonly report: ExportReport
  /** Project version that was written. */
  readonly version: number
}

/** Choose a format, see what goes out, write and prove it, download. */
export function ExportPane() {
  const app = useApp()
  const { records, version } = useRecords()
  const { exporters } = app.catalogue
  const writing = useTask()
  const saving = useTask()
  const [exporterId, setExporterId] = useKept('ExportPane.exporter', () => exporters[0]?.id ?? '')
  const [params, setParams] = useKept<{ readonly [exporterId: string]: JsonObject }>(
    'ExportPane.params',
    () => ({}),
  )
  const [choice, setChoice] = useKept<ExportChoice>('ExportPane.choice', () => ({
    includeUnreviewed: false,
    includeUnseen: false,
  }))
  const [written, setWritten] = useKept<Written | null>('ExportPane.written', () => null)
  const exporter = exporters.find((each) => each.id === exporterId) ?? exporters[0]
  const job = useObservable(app.jobs.running).find((each) => each.title === `Export ${exporter?.title}`)
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- version stands for the records
  const scope = useMemo(() => exportScope(records, choice), [records, version, choice])
  const blocker =
    scope.images.length === 0
      ? 'No image is in progress, done or confirmed clean: mark images first, or include unseen ones.'
      : null

  if (exporter === undefined) return null
  const write = (): void =>
    writing.start(async () => {
      setWritten(null)
      const report = await app.transfer.export(exporter.id, params[exporter.id] ?? {}, choice)
      setWritten({ report, version })
    })
  return (
    <div className="pane">
      <Section title="Format">
        <Radio.Group value={exporter.id} onChange={setExporterId} aria-label="Export format">
          <div className="formats">
            {exporters.map((each) => (
              <Radio.Card key={each.id} value={each.id} className="format">
                <Radio.Indicator size="xs" />
                <div>
                  <strong>{each.title}</strong>
                  <p>{each.summary}</p>
                </div>
              </Radio.Card>
            ))}
          </div>
        </Radio.Group>
        <div className="pane-form">
          <ParamForm
            specs={exporter.params}
            values={params[exporter.id] ?? {}}
            disabled={writing.isBusy}
            onChange={(values) => setParams({ ...params, [exporter.id]: values })}
          />
        </div>
      </Section>
      <Section title="What is exported">
        <Toggle
          label="Also masks that nobody has reviewed"
          checked={choice.includeUnreviewed}
          onChange={(includeUnreviewed) => setChoice({ ...choice, includeUnreviewed })}
        />
        <Toggle
          label="Also unseen and skipped images"
          checked={choice.includeUnseen}
          onChange={(includeUnseen) => setChoice({ ...choice, includeUnseen })}
        />
        <ScopeTable scope={scope} />
        <Button
          leftSection={<FileOutput size={14} />}
          disabled={blocker !== null}
          loading={writing.isBusy}
          aria-describedby={blocker === null ? undefined : 'export-blocker'}
          onClick={write}
        >
          Export
        </Button>
        {blocker !== null && (
          <p id="export-blocker" className="pane-blocker">
            {blocker}
          </p>
        )}
        <FailureNote failure={writing.failure} onDismiss={writing.dismiss} />
        {job !== undefined && (
          <div className="pane-progress">
            <ProgressRow
              title="Writing and checking"
              progress={job.progress}
              secondsLeft={job.secondsLeft}
              onCancel={job.canCancel ? () => app.jobs.cancel(job.id) : null}
            />
          </div>
        )}
      </Section>
      {written !== null && (
        <Section title="Report">
          <ExportReportView
            report={written.report}
            isOld={written.version !== version}
            isSaving={saving.isBusy}
            onSave={() => saving.start(() => app.transfer.save())}
          />
          <FailureNote failure={saving.failure} onDismiss={saving.dismiss} />
        </Section>
      )}
    </div>
  )
}

function Toggle({
  label,
  checked,
  onChange,
}: {
  label: string
  checked: boolean
  onChange: (checked: boolean) => void
}) {
  const id = useId()
  return (
    <div className="param">
      <label htmlFor={id}>{label}</label>
      <Switch id={id} checked={checked} onChange={(event) => onChange(event.currentTarget.checked)} />
    </div>
  )
}
