import { Anchor, Badge } from '@mantine/core'
import { Ban, TriangleAlert } from 'lucide-react'
import type { ModelEntry } from '../../app/app'
import { useApp, useObservable } from '../AppProvider'
import { byteText } from '../start/byteText'
import { ModelButtons } from './ModelButtons'
import { originText, stateText, totalBytes, workTitle } from './modelWords'
import { WorkLine } from './WorkLine'

const STATE_COLOUR = { ready: 'green', absent: 'gray', partial: 'yellow', damaged: 'red' } as const

/** One model: what it is, whether it is here, and what can be done with it. */
export function ModelRow({
  model,
  isInUse,
  canUse,
}: {
  model: ModelEntry
  isInUse: boolean
  /** False without an open project. */
  canUse: boolean
}) {
  const app = useApp()
  const work = useObservable(app.models.working).get(model.id) ?? null

  return (
    <li className="model" aria-label={model.title}>
      <div className="model-head">
        <h3>{model.title}</h3>
        <Badge
          size="sm"
          variant="light"
          color={model.obstacle !== null && model.state === 'ready' ? 'red' : STATE_COLOUR[model.state]}
        >
          {stateText(model)}
        </Badge>
        {model.kind === 'backbone' && (
          <Badge size="sm" variant="outline" color="gray">
            Backbone
          </Badge>
        )}
        {isInUse && (
          <Badge size="sm" variant="filled">
            In use
          </Badge>
        )}
      </div>
      <ModelButtons model={model} isBusy={work !== null} isInUse={isInUse} canUse={canUse} />
      <p className="model-summary">{model.summary}</p>
      {/* Progress takes the place of the facts, so that nothing below moves. */}
      <div className="model-foot">
        {work === null ? (
          <p className="num">
            {byteText(totalBytes(model))} ·{' '}
            {model.licence.url === null ? (
              model.licence.name
            ) : (
              <Anchor
                href={model.licence.url}
                target="_blank"
                rel="noreferrer"
                inherit
                underline="always"
                title={model.licence.note ?? undefined}
              >
                {model.licence.name}
              </Anchor>
            )}
            {originText(model) !== '' && ` · ${originText(model)}`}
          </p>
        ) : (
          <WorkLine
            title={`${workTitle(work)} ${model.title}`}
            work={work}
            onCancel={work.kind === 'deleting' ? null : () => app.models.cancel(model.id)}
          />
        )}
      </div>
      {model.obstacle !== null && (
        <p className="model-note">
          <Ban size={13} color="var(--bad)" aria-hidden /> {model.obstacle}
        </p>
      )}
      {model.caution !== null && (
        <p className="model-note">
          <TriangleAlert size={13} color="var(--warn)" aria-hidden /> {model.caution}
        </p>
      )}
    </li>
  )
}
