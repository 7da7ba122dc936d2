import type { LabelPreview } from '../../app/app'

/** "12 images become clean, 30 defective (Scratch 20, Pit 10, new); 3 say the same already." */
export function labelFileText(preview: LabelPreview): string {
  const { clean, defective, unchanged, replaced, perClass } = preview
  if (clean + defective === 0) {
    if (unchanged > 0) return `${counted(unchanged)} labelled so already: nothing to apply.`
    return 'No entry of the file belongs to an image of the project.'
  }
  const classes = perClass.map((one) => `${one.name} ${one.images}${one.isNew ? ', new' : ''}`).join(' · ')
  const parts = [
    ...(clean > 0 ? [`${counted(clean)} clean`] : []),
    ...(defective > 0 ? [`${counted(defective)} defective (${classes})`] : []),
    ...(unchanged > 0 ? [`${unchanged.toLocaleString('en')} labelled so already`] : []),
    ...(replaced > 0 ? [`${replaced.toLocaleString('en')} replace another verdict`] : []),
  ]
  return `${parts.join(', ')}.`
}

function counted(images: number): string {
  return `${images.toLocaleString('en')} ${images === 1 ? 'image' : 'images'}`
}
