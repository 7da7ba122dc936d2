import { Button, NativeSelect } from '@mantine/core'
import { WandSparkles } from 'lucide-react'
import { useApp, useObservable, useOpenProject, useRecords, useScreen } from '../AppProvider'
import { ParamForm } from '../controls/ParamForm'
import { Section } from '../controls/Section'
import { ModelField } from '../models/ModelField'
import { DrawingStyleBadge } from './DrawingStyleBadge'

/** How a box becomes a mask, and doing it for all boxes at once. */
export function GeneratorPanel() {
  const app = useApp()
  const screen = useScreen()
  const project = useOpenProject()
  const { records } = useRecords()
  const jobs = useObservable(app.jobs.running)
  const pending = useObservable(app.propose.pending)
  const { id, params } = app.propose.current()
  const generators = app.catalogue.generators
  const generator = generators.find((entry) => entry.id === id) ?? generators[0]
  if (generator === undefined) return null
  const without = records
    .ofType('annotation')
    .filter((box) => records.masksOf(box.id).length === 0 && !pending.has(box.id)).length
  const job = jobs.find((running) => running.lane === 'batch' && /mask/i.test(running.title))
  const isReadOnly = project.isReadOnly()

  const redoAll = async (): Promise<void> => {
    const isSure = await screen.confirm({
      title: 'Propose all boxes again?',
      message: `Masks that nobody has accepted are replaced by what “${generator.title}” makes with the present settings. Accepted and painted masks stay.`,
      verb: 'Propose again',
      isDanger: false,
    })
    if (isSure) await app.propose.all({ redo: true })
  }

  return (
    <Section title="Box to mask">
      <div className="param">
        <label htmlFor="generator">Generator</label>
        <NativeSelect
          id="generator"
          aria-describedby="generator-help"
          disabled={isReadOnly}
          value={generator.id}
          data={generators.map((entry) => ({ value: entry.id, label: entry.title }))}
          onChange={(event) => app.propose.chooseGenerator(event.currentTarget.value, {})}
        />
        <p className="param-help" id="generator-help">
          {generator.summary}
        </p>
      </div>
      {generator.usesModel && <ModelField disabled={isReadOnly} />}
      <ParamForm
        key={generator.id}
        specs={generator.params}
        values={params}
        disabled={isReadOnly}
        onChange={(values) => app.propose.chooseGenerator(generator.id, values)}
      />
      <DrawingStyleBadge />
      <div className="button-row">
        {job === undefined ? (
          <Button
            fullWidth
            variant="default"
            leftSection={<WandSparkles size={13} />}
            disabled={isReadOnly || without === 0}
            title={without === 0 ? 'Every box has its mask' : undefined}
            onClick={() => void app.propose.all({ redo: false })}
          >
            Propose all boxes{without > 0 ? ` (${without})` : ''}
          </Button>
        ) : (
          <Button
            fullWidth
            variant="default"
            disabled={!job.canCancel}
            onClick={() => app.jobs.cancel(job.id)}
          >
            Cancel ({job.progress.done} / {job.progress.total})
          </Button>
        )}
        <Button
          variant="subtle"
          color="gray"
          style={{ flex: 'none' }}
          disabled={isReadOnly || job !== undefined}
          onClick={() => void redoAll()}
        >
          Again …
        </Button>
      </div>
    </Section>
  )
}
