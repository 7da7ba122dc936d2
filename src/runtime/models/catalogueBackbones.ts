import type { CatalogueEntry, CatalogueFile } from './catalogue'

const APACHE = 'https://www.apache.org/licenses/LICENSE-2.0'

function oneGraph(graph: CatalogueFile): Pick<CatalogueEntry, 'encoder' | 'decoder'> {
  const only = { graph, externalData: [] }
  return { encoder: only, decoder: only }
}

/**
 * Frozen feature networks for the student. Revision and hash of each DINOv2 file are those that several public projects
 * pin, independently of each other; nobody here has fetched them. A wrong one would refuse a file, never accept one.
 */
export const BACKBONES: readonly CatalogueEntry[] = [
  {
    id: 'dinov2-s',
    title: 'DINOv2 ViT-S/14',
    summary: 'The backbone of the Boxes2Pixels paper: tokens of a large self-supervised transformer.',
    origin: {
      repository: 'onnx-community/dinov2-small-ONNX',
      revision: '08c606e3123472a388efa59181b677d428f69bbd',
    },
    licence: {
      name: 'Apache-2.0',
      url: APACHE,
      note: 'Code and weights by Meta; the page of the conversion names no licence of its own.',
    },
    ...oneGraph({
      path: 'onnx/model.onnx',
      bytes: 88_513_997,
      sha256: '6266c3cd72db6953cecdcbfeab9422a9f783d96f1a4e296ba70ffbac43b54a18',
    }),
    features: 'tokens',
    needsShaderF16: false,
    bindingBytes: null,
  },
  {
    id: 'dinov2-s-reg',
    title: 'DINOv2 ViT-S/14 with registers',
    summary: 'The same with four register tokens, which keep its maps free of outliers.',
    origin: {
      repository: 'onnx-community/dinov2-with-registers-small',
      revision: 'ec7abea1a8757ec4f9f7b26399d31234ffaa6e6a',
    },
    licence: {
      name: 'Apache-2.0',
      url: APACHE,
      note: 'Code and weights by Meta; the page of the conversion names no licence of its own.',
    },
    ...oneGraph({
      path: 'onnx/model.onnx',
      // The file without registers, and four tokens of 384 numbers more.
      bytes: 88_520_141,
      isAbout: true,
      sha256: '815e440d222e60294bb5b165491c4760e7f08dc7ecd2488a5450e93d50887efe',
    }),
    features: 'tokens',
    needsShaderF16: false,
    bindingBytes: null,
  },
  {
    id: 'mobilenetv2',
    title: 'MobileNetV2',
    summary:
      'A small network trained on photographs. From files only: add mobilenet_v2_1.0_features_fp16w.onnx below.',
    origin: null,
    licence: { name: 'Apache-2.0', url: APACHE, note: 'Trained by Google on ImageNet.' },
    ...oneGraph({
      path: 'mobilenet_v2_1.0_features_fp16w.onnx',
      bytes: 3_606_008,
      sha256: '022593afe46340307edd2eaff59953130800652625ec14f90699be4fa23fc3ed',
    }),
    features: 'pyramid',
    isProven: true,
    needsShaderF16: false,
    bindingBytes: null,
  },
]
