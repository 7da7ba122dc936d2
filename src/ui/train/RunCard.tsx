import { ActionIcon, Button, Menu } from '@mantine/core'
import {
  Ban,
  Check,
  CircleStop,
  Download,
  EllipsisVertical,
  Eraser,
  GitCompare,
  LoaderCircle,
  Pencil,
  Play,
  RefreshCw,
  XCircle,
} from 'lucide-react'
import type { LucideIcon } from 'lucide-react'
import type { ModelForm } from '../../app/app'
import { isResumable, savedEpochText } from '../../domain/resumableRun'
import type { RunStatus, TrainingRun } from '../../domain/records'
import { backendName } from './backendName'
import { durationText } from './durationText'
import { MODEL_FORMS } from './modelForms'
import { UseModelButton } from './UseModelButton'

const STATUS: Readonly<
  Record<RunStatus, { readonly icon: LucideIcon; readonly text: string; readonly color: string }>
> = {
  running: { icon: LoaderCircle, text: 'running', color: 'var(--signal)' },
  finished: { icon: Check, text: 'finished', color: 'var(--good)' },
  stopped: { icon: CircleStop, text: 'stopped, best kept', color: 'var(--warn)' },
  cancelled: { icon: Ban, text: 'cancelled', color: 'var(--mute)' },
  failed: { icon: XCircle, text: 'failed', color: 'var(--bad)' },
}
const INTERRUPTED = { icon: Ban, text: 'interrupted', color: 'var(--mute)' }
const WHEN = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
/** The year is in the hint: a status has to fit on the same line. */
const WHEN_SHORT = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
})

/** One run with what it was made of; its model can be used, drafted with, renamed and taken out. */
export function RunCard({
  run,
  isActive,
  isShown,
  drafts,
  isTraining,
  isLive,
  onShow,
  onCompare,
  onActivate,
  onRename,
  onDraft,
  onRemoveDrafts,
  onSave,
  onResume,
}: {
  run: TrainingRun
  isActive: boolean
  isShown: boolean
  drafts: number
  isTraining: boolean
  /** This run is the one under way. */
  isLive: boolean
  onShow: () => void
  /** Null while there is no other run. */
  onCompare: (() => void) | null
  onActivate: () => void
  onRename: () => void
  onDraft: () => void
  onRemoveDrafts: () => void
  onSave: (form: ModelForm) => void
  onResume: () => void
}) {
  // A reload ends a training; its record still says "running".
  const isInterrupted = run.status === 'running' && !isLive
  const { icon: Icon, text, color } = isInterrupted ? INTERRUPTED : STATUS[run.status]
  const isSaved = isResumable(run) && !isLive
  const hasModel = run.model !== null
  return (
    <li className="run" data-active={isActive || undefined} data-shown={isShown || undefined}>
      <div className="run-head">
        <button type="button" className="run-name ellipsis" onClick={onShow} aria-pressed={isShown}>
          {run.name}
        </button>
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon size={24} variant="subtle" color="gray" aria-label={`More about ${run.name}`}>
              <EllipsisVertical size={14} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<Pencil size={13} />} onClick={onRename}>
              Rename
            </Menu.Item>
            <Menu.Item
              leftSection={<GitCompare size={13} />}
              disabled={onCompare === null}
              onClick={onCompare ?? undefined}
            >
              Compare with …
            </Menu.Item>
            <Menu.Item
              leftSection={<RefreshCw size={13} />}
              disabled={!hasModel || isTraining}
              onClick={onDraft}
            >
              Draft all images again
            </Menu.Item>
            <Menu.Item leftSection={<Eraser size={13} />} disabled={drafts === 0} onClick={onRemoveDrafts}>
              Remove {drafts === 1 ? '1 draft' : `${drafts} drafts`}
            </Menu.Item>
            {MODEL_FORMS.filter(({ form }) => form === 'whole' || run.backbone !== null).map(
              ({ form, title }) => (
                <Menu.Item
                  key={form}
                  leftSection={<Download size={13} />}
                  disabled={!hasModel}
                  onClick={() => onSave(form)}
                >
                  Download: {title}
                </Menu.Item>
              ),
            )}
          </Menu.Dropdown>
        </Menu>
      </div>
      <div className="run-status">
        <Icon size={12} color={color} aria-hidden />
        <span>{isSaved ? `${text} at ${savedEpochText(run)}` : text}</span>
        {!isSaved && (
          <>
            <span className="grow" />
            <time className="mute" dateTime={run.startedAt} title={WHEN.format(new Date(run.startedAt))}>
              {WHEN_SHORT.format(new Date(run.startedAt))}
            </time>
          </>
        )}
      </div>
      {run.failure !== null && <p className="run-failure">{run.failure}</p>}
      <dl className="run-facts">
        <Fact name="Epochs" value={typeof run.params.epochs === 'number' ? String(run.params.epochs) : '–'} />
        <Fact name="Time" value={run.seconds === null ? '–' : durationText(run.seconds)} />
        <Fact name="Backend" value={run.backend === null ? '–' : backendName(run.backend)} />
        <Fact name="Images" value={String(run.trainImageIds.length)} />
        <Fact name="Threshold" value={hasModel ? run.threshold.toFixed(2) : '–'} />
        <Fact name="Seed" value={String(run.seed)} />
      </dl>
      {isSaved && (
        <div className="run-foot">
          <Button size="compact-xs" leftSection={<Play size={11} />} disabled={isTraining} onClick={onResume}>
            Resume
          </Button>
        </div>
      )}
      {hasModel && (
        <div className="run-foot">
          <UseModelButton isActive={isActive} onClick={onActivate} />
          <span className="grow" />
          {drafts > 0 && <span className="num">{drafts} in the queue</span>}
        </div>
      )}
    </li>
  )
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}
