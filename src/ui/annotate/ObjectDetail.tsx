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
    <div className="object-detail">
      <p className="mute ellipsis" title={provenanceText(mask.provenance)}>
        {provenanceText(mask.provenance)}
      </p>
      {words.length > 0 && (
        <dl aria-label="Quality of the selected mask">
          {words.map(({ label, value, meaning }) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>
                {value} {meaning}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  )
}
