import type { Provenance } from '../../domain/records'

/** Who made a mask, in a few words. */
export function provenanceText(provenance: Provenance): string {
  switch (provenance.kind) {
    case 'generated':
      return `Generator "${provenance.generatorId}" in a box`
    case 'edited':
      return provenance.tool === 'eraser'
        ? 'A person, with the eraser'
        : `A person, with the ${provenance.tool}`
    case 'drawn':
      return `A person, with the ${provenance.tool}`
    case 'selfCorrected':
      return `Self-correction in epoch ${provenance.epoch}`
    case 'student':
      return 'The student'
    case 'cam':
      return 'Activation map of an image label'
    case 'imported':
      return `Imported from ${provenance.formatId}`
  }
}
