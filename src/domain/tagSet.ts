import { currentMaskOf, decisionOf, isLive, type RecordsView } from './live'
import type { ClassId, ImageId, ImageRecord } from './records'

/**
 * What image labels say about each image: the classes that are surely somewhere in it, or that there is none. A list of
 * labels is taken as complete: a class that an image with labels does not have is absent from it. Boxes and accepted masks
 * say "present" as well.
 */
export interface TaggedImage {
  readonly imageId: ImageId
  /** Empty: the image is confirmed clean. */
  readonly present: readonly ClassId[]
  /** Classes that a person only tagged here: masks are made for these. Boxes win where both exist. */
  readonly wanted: readonly ClassId[]
}

/** Which images a defect-focus classifier learns from, and for which it makes masks. */
export interface TagSet {
  readonly train: readonly TaggedImage[]
  readonly validation: readonly TaggedImage[]
  /** Images of every split that wait for masks: at least one class was only tagged. */
  readonly targets: readonly TaggedImage[]
  /** Confirmed-clean images of every split: watched for missed defects, never given a mask by themselves. */
  readonly clean: readonly TaggedImage[]
  readonly summary: TagSetSummary
}

export interface TagSetSummary {
  /** Training images with a class present, and those without any. */
  readonly defective: number
  readonly clean: number
  readonly perClass: readonly { readonly classId: ClassId; readonly images: number }[]
  readonly validationDefective: number
  readonly validationClean: number
  readonly unlabelled: number
  /** Images that get masks. */
  readonly targets: number
  /** Images whose label says what a box or an accepted mask says already. */
  readonly boxed: number
  /** Why masks cannot be made, as a sentence with the next step; null when they can. */
  readonly blocker: string | null
  /** What is thin but allowed, and what it means for the masks. */
  readonly warnings: readonly string[]
}

/** With fewer of either kind the classifier learns those very pictures by heart. */
const FEW = 10

/** Records -> who learns, who gets masks. Images of the `test` split never train; skipped ones take no part. */
export function tagSet(records: RecordsView): TagSet {
  const train: TaggedImage[] = []
  const validation: TaggedImage[] = []
  const targets: TaggedImage[] = []
  const clean: TaggedImage[] = []
  const counts = { unlabelled: 0, boxed: 0 }
  for (const image of records.ofType('image')) {
    if (image.status === 'skipped') continue
    const tagged = taggedImage(records, image)
    if (tagged === null) {
      counts.unlabelled++
      continue
    }
    if (tagged.present.length === 0) clean.push(tagged)
    else if (tagged.wanted.length > 0) targets.push(tagged)
    else counts.boxed++
    if (image.split === 'val') validation.push(tagged)
    else if (image.split !== 'test') train.push(tagged)
  }
  return {
    train,
    validation,
    targets,
    clean,
    summary: summarise(records, { train, validation, targets }, counts),
  }
}

/** Null: nobody said anything about the image as a whole. */
function taggedImage(records: RecordsView, image: ImageRecord): TaggedImage | null {
  const shown = shownClasses(records, image.id)
  const labelled = records
    .ofImage('imageLabel', image.id)
    .filter((label) => label.presence === 'present' && records.get(label.classId) !== undefined)
    .map((label) => label.classId)
  const present = [...new Set([...labelled, ...shown])].sort()
  if (present.length === 0 && image.status !== 'confirmedClean') return null
  return { imageId: image.id, present, wanted: present.filter((id) => !shown.has(id)) }
}

/** Classes that a live box or an accepted mask shows in an image. */
function shownClasses(records: RecordsView, imageId: ImageId): ReadonlySet<ClassId> {
  const shown = new Set<ClassId>()
  for (const box of records.ofImage('annotation', imageId)) {
    const isNoDefect =
      currentMaskOf(records, box.id) === null &&
      records.masksOf(box.id).some((mask) => decisionOf(records, mask.id)?.reason === 'notADefect')
    if (!isNoDefect && records.get(box.classId) !== undefined) shown.add(box.classId)
  }
  for (const mask of records.ofImage('mask', imageId)) {
    if (mask.classId === null || mask.role !== 'defect' || !isLive(records, mask)) continue
    if (decisionOf(records, mask.id)?.verdict === 'accepted') shown.add(mask.classId)
  }
  return shown
}

function summarise(
  records: RecordsView,
  { train, validation, targets }: Pick<TagSet, 'train' | 'validation' | 'targets'>,
  counts: { readonly unlabelled: number; readonly boxed: number },
): TagSetSummary {
  const isDefective = (image: TaggedImage): boolean => image.present.length > 0
  const defective = train.filter(isDefective).length
  const clean = train.length - defective
  const perClass = records.ofType('class').flatMap(({ id }) => {
    const images = train.filter(({ present }) => present.includes(id)).length
    return images === 0 ? [] : [{ classId: id, images }]
  })
  const facts = {
    defective,
    clean,
    perClass,
    validationDefective: validation.filter(isDefective).length,
    validationClean: validation.filter((image) => !isDefective(image)).length,
    unlabelled: counts.unlabelled,
    targets: targets.length,
    boxed: counts.boxed,
  }
  return { ...facts, blocker: blockerOf(records, facts), warnings: warningsOf(records, facts) }
}

type Facts = Omit<TagSetSummary, 'blocker' | 'warnings'>

function blockerOf(records: RecordsView, { defective, clean, targets, boxed }: Facts): string | null {
  if (records.ofType('image').length === 0) return 'Add images first.'
  if (defective === 0 && clean === 0)
    return 'No image is labelled yet: sort the images into clean and defective (Images, Sort).'
  if (defective === 0)
    return 'No defective image outside the test split: with clean images alone there is nothing to learn. Label some as defective.'
  if (clean === 0)
    return 'No clean image outside the test split: a classifier that never saw a clean part cannot tell what a defect is. Confirm some clean images, or draw boxes instead.'
  if (targets === 0)
    return boxed > 0
      ? 'Every labelled defect has a box or an accepted mask already: boxes win, no image waits for a mask.'
      : 'No labelled image waits for a mask.'
  return null
}

function warningsOf(records: RecordsView, facts: Facts): string[] {
  const warnings: string[] = []
  if (facts.defective > 0 && facts.clean > 0) {
    if (facts.defective === 1 || facts.clean === 1)
      warnings.push(
        'One image of a kind: the classifier can only learn what tells these two pictures apart, which need not be the defect. Expect wrong masks.',
      )
    else if (facts.defective < FEW || facts.clean < FEW)
      warnings.push(
        `${facts.defective} defective and ${facts.clean} clean images: below ${FEW} of either kind the masks are often beside the defect. Label more, and look at every mask.`,
      )
  }
  for (const { classId, images } of facts.perClass) {
    const record = records.get(classId)
    if (images === 1 && facts.perClass.length > 1 && record?.type === 'class')
      warnings.push(`"${record.name}" is in one training image only: its masks are a guess.`)
  }
  if (facts.validationDefective < 3 || facts.validationClean < 3)
    warnings.push(
      'Fewer than 3 defective and 3 clean validation images: the last classifier is kept, the best epoch cannot be told.',
    )
  if (facts.boxed > 0)
    warnings.push(
      `${facts.boxed} labelled ${facts.boxed === 1 ? 'image has' : 'images have'} boxes or accepted masks: they teach the classifier, and keep what was drawn.`,
    )
  return warnings
}
