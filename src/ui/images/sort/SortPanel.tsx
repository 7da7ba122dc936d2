import { Button, Kbd } from '@mantine/core'
import { CircleAlert, MinusCircle, ShieldCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import { sortedAs } from '../../../domain/imageVerdict'
import type { ClassDef, ImageRecord } from '../../../domain/records'
import { tagScoreOf } from '../../../domain/tagScoreOf'
import { useApp, useOpenProject, useRecords } from '../../AppProvider'
import { digitOfClass } from '../../commands/classCommands'
import { Section } from '../../controls/Section'
import { STATUS_LOOK } from '../../controls/StatusIcon'
import type { SortController } from './sortController'
import { useSortState } from './useSortController'
import { verdictWords } from './verdictWords'

const WAYS: readonly (readonly [string, string])[] = [
  ['← →', 'previous, next'],
  ['Backspace', 'back to the last one'],
  ['Ctrl Z', 'take the verdict back'],
  ['Space', 'tick: sort several at once'],
  ['G', 'several classes'],
  ['Z', 'pixel by pixel'],
  ['U', 'unsorted only'],
  ['Esc', 'back to the grid'],
]

/** One row a verdict with its key and count: what can be said of the picture, and what was said so far. */
export function SortPanel({
  sorting,
  image,
  classes,
}: {
  sorting: SortController
  image: ImageRecord | null
  classes: readonly ClassDef[]
}) {
  const app = useApp()
  const { records } = useRecords()
  const isReadOnly = useOpenProject().isReadOnly()
  const asking = useSortState(sorting, (state) => state.asking)
  const progress = app.images.sortProgress()
  const sorted = image === null ? null : sortedAs(records, image)
  const score = image === null ? null : tagScoreOf(records, image.id)
  const isOff = isReadOnly || image === null
  return (
    <aside className="panel sort-panel" aria-label="Sort as">
      <Section title="Sort as" aside={<span className="mute">one key each</span>}>
        <Verdict
          keyText="C"
          label="Clean"
          mark={<ShieldCheck size={14} color={STATUS_LOOK.confirmedClean.color} aria-hidden />}
          count={progress.clean}
          isOn={sorted?.kind === 'clean'}
          disabled={isOff}
          onChoose={() => sorting.sort({ kind: 'clean' })}
        />
        <Verdict
          keyText="D"
          label={classes.length > 1 ? 'Defective …' : 'Defective'}
          mark={<CircleAlert size={14} color="var(--warn)" aria-hidden />}
          count={progress.defective}
          isOn={sorted?.kind === 'defective'}
          disabled={isOff}
          onChoose={sorting.sortDefective}
        />
        <div className="sort-classes" data-asking={asking || undefined}>
          {classes.map((one, position) => (
            <Verdict
              key={one.id}
              keyText={digitOfClass(position)}
              label={one.name}
              mark={<span className="swatch" style={{ background: one.color }} />}
              count={progress.perClass.get(one.id) ?? 0}
              isOn={sorted?.kind === 'defective' && sorted.classIds.includes(one.id)}
              disabled={isOff}
              onChoose={() => sorting.sortAs(one.id)}
            />
          ))}
        </div>
        <Verdict
          keyText="S"
          label="Skip"
          mark={<MinusCircle size={14} color={STATUS_LOOK.skipped.color} aria-hidden />}
          count={progress.skipped}
          isOn={sorted?.kind === 'skipped'}
          disabled={isOff}
          onChoose={() => sorting.sort({ kind: 'skip' })}
        />
        {classes.length === 0 && (
          <p className="sort-note mute">
            D makes a class “defect”. For classes of your own, add them on the Annotate tab.
          </p>
        )}
      </Section>
      {image !== null && sorted !== null && (
        <Section title="This image">
          <dl className="sort-facts">
            <dt>File</dt>
            <dd className="ellipsis" title={image.fileName}>
              {image.fileName}
            </dd>
            <dt>Size</dt>
            <dd>
              {image.width} × {image.height}
            </dd>
            <dt>Sorted as</dt>
            <dd>{verdictWords(sorted, classes) || 'nothing yet'}</dd>
            {score !== null && (
              <>
                <dt>Classifier</dt>
                <dd className="sort-fact-score">
                  <i className="sort-score">
                    <b style={{ width: `${Math.max(2, score * 100)}%` }} />
                  </i>
                  <span className="num">{score.toFixed(2)}</span>
                </dd>
              </>
            )}
          </dl>
        </Section>
      )}
      {progress.left === 0 && (
        <Section title="All sorted">
          <p className="sort-note">
            {progress.clean.toLocaleString()} clean and {progress.defective.toLocaleString()} defective
            images: masks can be made from them on the Train tab.
          </p>
          <Button fullWidth onClick={() => app.session.setState({ stage: 'train' })}>
            Go to Train
          </Button>
        </Section>
      )}
      <Section title="Keys">
        <dl className="sort-keys">
          {WAYS.map(([keys, meaning]) => (
            <div key={keys}>
              <dt>
                {keys.split(' ').map((key) => (
                  <Kbd key={key}>{key}</Kbd>
                ))}
              </dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
      </Section>
    </aside>
  )
}

function Verdict({
  keyText,
  label,
  mark,
  count,
  isOn,
  disabled,
  onChoose,
}: {
  keyText: string | null
  label: string
  mark: ReactNode
  count: number
  isOn: boolean
  disabled: boolean
  onChoose: () => void
}) {
  return (
    <button
      type="button"
      className="sort-choice"
      aria-pressed={isOn}
      aria-keyshortcuts={keyText ?? undefined}
      aria-label={`${label}, ${count} ${count === 1 ? 'image' : 'images'}`}
      disabled={disabled}
      // The focus stays where the next key is expected.
      onMouseDown={(event) => event.preventDefault()}
      onClick={onChoose}
    >
      {keyText === null ? <span /> : <Kbd>{keyText}</Kbd>}
      {mark}
      <span className="ellipsis">{label}</span>
      <span className="num">{count.toLocaleString()}</span>
    </button>
  )
}
