import type { Family } from './family'
import { findTensor, hasInput } from './graphFacts'

/** SAM 3 for images as samexporter writes it (SAM notes, §7.8). */
export const sam3Image: Family = {
  kind: 'refused',
  id: 'sam3-image',
  title: 'a part of SAM 3 for images (samexporter)',
  claims: (graph) =>
    (hasInput(graph, 'box_coords') && hasInput(graph, 'box_labels')) ||
    findTensor(graph.outputs, 'backbone_fpn_0') !== undefined,
  reason:
    'a box there is an example of a concept ("find everything that looks like this"), not the outline of one defect. ' +
    'Choose the tracker of SAM 3, SAM 2 or EdgeTAM for transformers.js.',
}
