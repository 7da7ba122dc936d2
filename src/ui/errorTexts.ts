import { ERROR_CODES, type ErrorCode } from '../core/errors'

/** What the person can do about each failure: one sentence, no blame, nothing the message already says. */
const ERROR_TEXTS: Readonly<Record<ErrorCode, string>> = {
  'data/missing-pixels':
    'The marks are safe, but the picture itself is not in this browser any more: add the file or folder again.',
  'data/not-an-image': 'Save the picture as PNG, JPEG, BMP or WebP and add it again.',
  'data/image-too-large': 'Cut the picture into tiles or save it at a smaller size, then add it again.',
  'data/unreadable-file':
    'Check that the file opens in another program and that it is complete, then try again.',
  'storage/full':
    'Free some disk space or delete an old project; your work stays in this tab, and saving is tried again by itself.',
  'storage/write-failed':
    'Your work is still in this tab: keep it open, save a project file now, and saving is tried again by itself.',
  'storage/damaged':
    'What could be read is open and the damaged part is kept; save a project file before you go on.',
  'storage/project-too-new':
    'Nothing was changed: open the project with the newer version of Maskwright that wrote it.',
  'storage/unavailable':
    'This browser gives no storage here (a private window may be the reason): save a project file before closing.',
  'storage/read-only': 'Another tab is editing this project: press Take over to edit it here.',
  'model/missing':
    'Boxes, painting and review still work; open Models to fetch, add or choose one, or reload the page while online.',
  'model/unreachable':
    'What came stays here and the download goes on from there: try again later, set a mirror, or add the files from disk.',
  'model/hash-mismatch':
    'The model file differs from the expected one and is not used: reload the page, or replace the file.',
  'model/incompatible': 'Choose another model, or train a new one with the present settings.',
  'model/bad-output':
    'The box is kept and nothing was drawn: try again, choose another model, or let the models run without the GPU.',
  'runtime/worker-crashed':
    'All work is kept and the worker starts afresh: try again, with smaller pictures if it happens twice.',
  'runtime/no-backend':
    'Annotating, painting, review and export still work; training needs a current Chrome or Edge.',
  'runtime/out-of-memory':
    'All work is kept: close other tabs or programs, choose a smaller model or a smaller picture, and try again.',
  'train/no-examples':
    'Draw boxes on a few images, or confirm some images as clean, and start the training again.',
  'train/no-classes': 'Add at least one class on the Annotate screen, then start the training again.',
  'train/diverged':
    'The last good model stays active: try a lower learning rate, or accept some masks first.',
  'train/bad-checkpoint':
    'The settings and the data of the run are kept: discard what was saved of it, and train again.',
  'export/self-check-failed':
    'Nothing was saved: open the named image, repair or remove the named object, and export again.',
  'export/nothing-to-export': 'Accept masks or confirm clean images first, or include unreviewed masks.',
  'usage/invalid-parameter': 'Set the value back to its default and try again.',
}

/** The help sentence of a code, or null for a code this version does not know. */
export function helpFor(code: string | null): string | null {
  const known = ERROR_CODES.find((candidate) => candidate === code)
  return known === undefined ? null : ERROR_TEXTS[known]
}
