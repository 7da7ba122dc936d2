import { useEffect } from 'react'
import { sortedAs } from '../../../domain/imageVerdict'
import { useOpenProject, useRecords, useScreen, useSession } from '../../AppProvider'
import { useClasses } from '../../useClasses'
import { SortGrid } from './SortGrid'
import { SortPanel } from './SortPanel'
import { SortPicture } from './SortPicture'
import { comingUp } from './sortList'
import './sort.css'
import { SortStrip } from './SortStrip'
import { useSortController, useSortState } from './useSortController'
import { verdictWords } from './verdictWords'

/** How many of the next unsorted pictures are decoded ahead: a key press must not wait for a file. */
const PICTURES_AHEAD = 4

/** Sorting by keys: the list, the picture in hand, and what each key says of it. */
export function SortView() {
  const screen = useScreen()
  const project = useOpenProject()
  const { records } = useRecords()
  const classes = useClasses()
  const sorting = useSortController()
  useSession((state) => state.filter)
  useSession((state) => state.imageId)
  useSortState(sorting, (state) => state.unsortedOnly)
  const ids = sorting.ids()
  const current = sorting.current()
  const record = current === null ? undefined : records.get(current)
  const image = record?.type === 'image' ? record : null

  const { enter } = sorting
  useEffect(() => enter(), [enter])

  const coming =
    current === null
      ? []
      : comingUp(
          ids,
          current,
          (id) => {
            const next = records.get(id)
            return next?.type === 'image' && sortedAs(records, next).kind === 'unsorted'
          },
          PICTURES_AHEAD,
        )
  const wanted = coming.join(' ')
  useEffect(() => {
    screen.pictures.prefetch(coming)
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- `wanted` is the same list as text
  }, [screen, wanted])

  const spoken =
    image === null
      ? ''
      : `${image.fileName}, ${verdictWords(sortedAs(records, image), classes) || 'unsorted'}`
  useEffect(() => screen.announcement.set(spoken), [screen, spoken])

  return (
    <div className="sort">
      <SortStrip sorting={sorting} shown={ids.length} />
      <SortGrid project={project} classes={classes} sorting={sorting} ids={ids} current={current} />
      <SortPicture sorting={sorting} image={image} classes={classes} />
      <SortPanel sorting={sorting} image={image} classes={classes} />
    </div>
  )
}
