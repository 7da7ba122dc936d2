import type { ImageObject } from '../canvas/imageObjects'
import { provenanceText } from '../review/provenanceText'
import { qualityWords } from './qualityWords'

/** What is known of the selected object's mask: who made it, and what its maker believes of it. */
export function ObjectDetail({ object }: { object: ImageObject }) {
  const { mask, state } = object
  if (mask === null) return null
  if (state === 'unresolved')
    return (
      <p className="object-detail">
        Unresolved: nothing believable was found. The inside of the box counts as “don’t know” until you
        decide.
      </p>
    )
  const words = state === 'accepted' ? [] : qualityWords(mask)
  return (
    <dl className="object-detail" aria-label="Selected mask">
      <div>
        <dt>Made by</dt>
        <dd>{provenanceText(mask.provenance)}</dd>
      </div>
      {words.map(({ label, value, meaning }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            <span className="num">{value}</span> {meaning}
          </dd>
        </div>
      ))}
    </dl>
  )
}
