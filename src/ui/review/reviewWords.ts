import type { RejectReason } from '../../domain/records'
import type { ReviewReason } from '../../domain/reviewQueue'

/** Why an item is in the queue, as the list and the panel say it. */
export const REASON_TEXTS: Readonly<Record<ReviewReason, { readonly short: string; readonly long: string }>> =
  {
    studentDiffers: {
      short: 'Student differs',
      long: 'The student sees other borders than the present mask.',
    },
    foundByStudent: { short: 'New find', long: 'The student found this where nothing was marked.' },
    foundOnCleanImage: {
      short: 'On clean image',
      long: 'Found on an image that was confirmed clean: a false alarm, or a missed defect.',
    },
    selfCorrected: {
      short: 'Self-correction',
      long: 'Found by self-correction while the student trained: it relabelled background here.',
    },
    fromTags: {
      short: 'From label',
      long: 'Made from the image’s label alone, without a box: the place may be right and the border rough.',
    },
    firesOnClean: {
      short: 'Missed defect?',
      long: 'The image was confirmed clean, yet the model fires here: a missed defect, or a false alarm. Accepting takes the image back to “in progress”; “not a defect” keeps it clean.',
    },
    newMask: { short: 'New mask', long: 'A proposal for a box that nobody has looked at yet.' },
    unresolved: {
      short: 'Nothing found',
      long: 'The generator found nothing in this box. Paint it with F, or mark it as unsure.',
    },
    imported: { short: 'Imported', long: 'It came from a file with a score, as a prediction to review.' },
  }

/** Reject reasons in the order of their keys 1 to 7. */
export const REJECT_REASONS: readonly { readonly reason: RejectReason; readonly label: string }[] = [
  { reason: 'notADefect', label: 'Not a defect' },
  { reason: 'wrongClass', label: 'Wrong class' },
  { reason: 'tooBig', label: 'Too big' },
  { reason: 'tooSmall', label: 'Too small' },
  { reason: 'missedPart', label: 'Missed a part' },
  { reason: 'unsure', label: 'Cannot tell' },
  { reason: 'other', label: 'Other, in words' },
]
