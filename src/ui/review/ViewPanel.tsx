import { SegmentedControl, Slider } from '@mantine/core'
import type { ReviewItem } from '../../domain/reviewQueue'
import { useApp, useSession } from '../AppProvider'
import { KeyHint } from '../controls/KeyHint'
import { Section } from '../controls/Section'
import { ADDED_COLOR, REMOVED_COLOR } from './maskLayer'
import type { ReviewView } from './reviewController'

const VIEWS: readonly { readonly value: ReviewView; readonly label: string }[] = [
  { value: 'before', label: 'Before' },
  { value: 'after', label: 'After' },
  { value: 'difference', label: 'Difference' },
]

/** Before, after or the difference, with the legend of its hatches. */
export function ViewPanel({
  item,
  view,
  onView,
}: {
  item: ReviewItem
  view: ReviewView
  onView: (view: ReviewView) => void
}) {
  const app = useApp()
  const opacity = useSession((session) => session.maskOpacity)
  return (
    <Section title="View">
      <KeyHint label="Before or after" shortcut="s">
        <SegmentedControl
          fullWidth
          aria-label="What to show"
          data={VIEWS.map((each) => ({ ...each }))}
          value={view}
          onChange={(value) => onView(VIEWS.find((each) => each.value === value)?.value ?? 'after')}
        />
      </KeyHint>
      <ul className="hatch-legend">
        {view === 'difference' && (
          <>
            <li>
              <Swatch color={ADDED_COLOR} hatch="up" /> Added
            </li>
            <li>
              <Swatch color={REMOVED_COLOR} hatch="down" /> Removed
            </li>
            <li>
              <Swatch color="#98a2b1" hatch={null} /> Kept
            </li>
          </>
        )}
        {view === 'after' && <li>Dashed: the proposal, as it will be when you accept</li>}
        {view === 'before' && item.against !== null && <li>Solid: the mask that stands now</li>}
        {view === 'before' && item.against === null && <li>Nothing is marked here now</li>}
      </ul>
      <div className="row">
        <span id="review-opacity">Opacity</span>
        <Slider
          min={5}
          max={100}
          value={Math.round(opacity * 100)}
          thumbProps={{ 'aria-labelledby': 'review-opacity' }}
          onChange={(value) => app.session.setState({ maskOpacity: value / 100 })}
        />
        <span className="num">{Math.round(opacity * 100)} %</span>
      </div>
    </Section>
  )
}

function Swatch({ color, hatch }: { color: string; hatch: 'up' | 'down' | null }) {
  return (
    <svg width="18" height="14" viewBox="0 0 18 14" aria-hidden>
      <rect x="0.5" y="0.5" width="17" height="13" fill={color} fillOpacity={0.22} stroke={color} />
      {hatch !== null &&
        [-7, 0, 7, 14].map((x) => (
          <line
            key={x}
            x1={x}
            y1={hatch === 'up' ? 14 : 0}
            x2={x + 14}
            y2={hatch === 'up' ? 0 : 14}
            stroke={color}
            strokeWidth="1.6"
          />
        ))}
    </svg>
  )
}
