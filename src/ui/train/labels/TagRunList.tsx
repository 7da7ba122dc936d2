import { ActionIcon, Button, Menu } from '@mantine/core'
import { CircleCheck, EllipsisVertical, Eraser, Eye, Film, Wand2 } from 'lucide-react'
import type { TagActions } from '../../../app/tagsFace'
import type { RecordsView } from '../../../domain/live'
import { SETTINGS_ID, type TagRun, type TagRunId } from '../../../domain/records'
import { useScreen } from '../../AppProvider'
import { Section } from '../../controls/Section'
import { durationText } from '../durationText'
import { apText, tagRunMasks } from './tagRunFacts'

const WHEN = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' })
const STATUS: Readonly<Record<TagRun['status'], string>> = {
  running: 'Running',
  finished: 'Finished',
  stopped: 'Stopped',
  cancelled: 'Cancelled',
  failed: 'Failed',
}

/** All runs from labels to masks, newest first. One of them is shown; the masks of the others wait out of sight. */
export function TagRunList({
  runs,
  tags,
  records,
  shownId,
  isBusy,
  onShow,
  onWatch,
}: {
  runs: readonly TagRun[]
  tags: TagActions
  records: RecordsView
  shownId: TagRunId | null
  isBusy: boolean
  onShow: (id: TagRunId) => void
  onWatch: (id: TagRunId) => void
}) {
  const screen = useScreen()
  const settings = records.get(SETTINGS_ID)
  const activeId = settings?.type === 'settings' ? settings.activeTagRunId : null

  const removeMasks = async (run: TagRun): Promise<void> => {
    const { open } = tagRunMasks(records, run)
    const isSure = await screen.confirm({
      title: 'Remove masks',
      message: `${open} undecided ${open === 1 ? 'mask' : 'masks'} of "${run.name}" leave the project. What was accepted stays. Undo brings them back.`,
      verb: `Remove ${open} ${open === 1 ? 'mask' : 'masks'}`,
    })
    if (isSure) tags.removeMasks(run.id)
  }

  return (
    <Section title="Masks from labels" aside={<span className="num">{runs.length}</span>}>
      {runs.length === 0 && (
        <div className="runs-empty">
          <Wand2 size={22} strokeWidth={1.25} aria-hidden />
          <p>None yet. Each run keeps its classifier and its masks, and you can go back to any of them.</p>
        </div>
      )}
      <ul className="runs">
        {runs.map((run) => {
          const masks = tagRunMasks(records, run)
          const isActive = run.id === activeId
          return (
            <li
              key={run.id}
              className="run"
              data-active={isActive || undefined}
              data-shown={run.id === shownId || undefined}
            >
              <div className="run-head">
                <button
                  type="button"
                  className="run-name ellipsis"
                  onClick={() => onShow(run.id)}
                  aria-pressed={run.id === shownId}
                >
                  {run.name}
                </button>
                <Menu position="bottom-end">
                  <Menu.Target>
                    <ActionIcon size={24} variant="subtle" color="gray" aria-label={`More about ${run.name}`}>
                      <EllipsisVertical size={14} />
                    </ActionIcon>
                  </Menu.Target>
                  <Menu.Dropdown>
                    <Menu.Item
                      leftSection={<Film size={13} />}
                      disabled={run.classifier === null || isBusy}
                      onClick={() => onWatch(run.id)}
                    >
                      Watch the inpainting extension …
                    </Menu.Item>
                    <Menu.Item
                      leftSection={<Eraser size={13} />}
                      disabled={masks.open === 0 || isBusy}
                      onClick={() => void removeMasks(run)}
                    >
                      Remove {masks.open === 1 ? '1 undecided mask' : `${masks.open} undecided masks`}
                    </Menu.Item>
                  </Menu.Dropdown>
                </Menu>
              </div>
              <div className="run-status">
                <span>{STATUS[run.status]}</span>
                <span className="grow" />
                <time className="mute" dateTime={run.startedAt}>
                  {WHEN.format(new Date(run.startedAt))}
                </time>
              </div>
              {run.failure !== null && <p className="run-failure">{run.failure}</p>}
              <dl className="run-facts">
                <Pair name="AP training" value={apText(run.trainingAp)} />
                <Pair name="AP validation" value={apText(run.validationAp)} />
                <Pair name="Round" value={String(run.round)} />
                <Pair name="Undecided" value={String(masks.open)} />
                <Pair name="Judged" value={String(masks.judged)} />
                <Pair name="Time" value={run.seconds === null ? '–' : durationText(run.seconds)} />
              </dl>
              <div className="run-foot">
                {isActive ? (
                  <span className="in-use">
                    <CircleCheck size={12} aria-hidden /> Its masks are shown
                  </span>
                ) : (
                  <Button
                    size="compact-xs"
                    variant="default"
                    leftSection={<Eye size={11} />}
                    disabled={isBusy}
                    onClick={() => tags.activate(run.id)}
                  >
                    Show its masks
                  </Button>
                )}
              </div>
            </li>
          )
        })}
      </ul>
    </Section>
  )
}

function Pair({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}
