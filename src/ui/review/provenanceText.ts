import type { Provenance } from '../../domain/records'

type Generated = Extract<Provenance, { kind: 'generated' }>

/** Who made a mask, in a few words. */
export function provenanceText(provenance: Provenance): string {
  switch (provenance.kind) {
    case 'generated':
      return generatedText(provenance)
    case 'edited':
      return provenance.tool === 'eraser'
        ? 'A person, with the eraser'
        : `A person, with the ${provenance.tool}`
    case 'drawn':
      return `A person, with the ${provenance.tool}`
    case 'selfCorrected':
      return `Self-correction in epoch ${provenance.epoch + 1}`
    case 'student':
      return 'The student'
    case 'cam':
      return provenance.round === 1
        ? 'Image label, round 1: the classifier’s activation map'
        : `Image label, round ${provenance.round}: the student, held to the labels`
    case 'imported':
      return `Imported from ${provenance.formatId}`
  }
}

function generatedText({ generatorId, clicks, candidate, style }: Generated): string {
  const prompt =
    clicks.length === 0
      ? 'in a box'
      : `in a box with ${clicks.length} ${clicks.length === 1 ? 'click' : 'clicks'}`
  const shape =
    candidate !== null
      ? `, candidate “${candidate}”`
      : style !== null
        ? `, drawn like your ${style.fromMasks} masks`
        : ''
  return `Generator "${generatorId}" ${prompt}${shape}`
}
