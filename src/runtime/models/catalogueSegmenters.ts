import type { CatalogueEntry } from './catalogue'

const APACHE = 'https://www.apache.org/licenses/LICENSE-2.0'
const EDGETAM = {
  origin: {
    repository: 'onnx-community/EdgeTAM-ONNX',
    revision: '9c77c7bff7fd0f3079585fa17af7f730ddc531ed',
  },
  features: null,
  licence: {
    name: 'Apache-2.0',
    url: APACHE,
    note: 'Code and weights by Meta; ONNX conversion by onnx-community.',
  },
}

/**
 * Lengths and hashes are those that several public manifests give for these very commits; nobody here has fetched the
 * files (docs/models/library.md says which were cross-checked). A wrong one would refuse a file, never accept one.
 */
export const SEGMENTERS: readonly CatalogueEntry[] = [
  {
    id: 'edgetam',
    title: 'EdgeTAM',
    summary: 'SAM 2 made small for phones. The best quality for its size; boxes and clicks.',
    ...EDGETAM,
    encoder: {
      graph: {
        path: 'onnx/vision_encoder.onnx',
        bytes: 192_225,
        sha256: 'ed068218eba96760fe02d04ce899c449660ac813a088d80ed7f42c8bb01e7cec',
      },
      externalData: [
        {
          path: 'onnx/vision_encoder.onnx_data',
          bytes: 19_532_576,
          sha256: '21e75dba7077dfcb53e8c9a6e99977156f2240ff3f1f9cddc43d66aa1ecb528e',
        },
      ],
    },
    decoder: {
      graph: {
        path: 'onnx/prompt_encoder_mask_decoder.onnx',
        bytes: 213_114,
        sha256: 'd3668299ec3edf70fbb139ec642b54bf3d4be453fd1b688a6b5938e0856fe546',
      },
      externalData: [
        {
          path: 'onnx/prompt_encoder_mask_decoder.onnx_data',
          bytes: 20_958_208,
          sha256: 'dfa2125e30d08d388732f20c18fb63ab0f0f590cd270eb307f0c2b65919d1be8',
        },
      ],
    },
    needsShaderF16: false,
    bindingBytes: null,
  },
  {
    id: 'edgetam-fp16',
    title: 'EdgeTAM, half precision',
    summary: 'Half the download, for graphics cards that compute in half precision.',
    ...EDGETAM,
    encoder: {
      graph: {
        path: 'onnx/vision_encoder_fp16.onnx',
        bytes: 167_617,
        sha256: 'd8f560849085892866a5c652a600cafbbd301e11c15ff0d89c81e15fe91264ac',
      },
      externalData: [
        {
          path: 'onnx/vision_encoder_fp16.onnx_data',
          bytes: 9_739_536,
          sha256: '6a6741eb00b3049939675569818b207953cb13113a80ca9580c9c714d8646b38',
        },
      ],
    },
    decoder: {
      graph: {
        path: 'onnx/prompt_encoder_mask_decoder_fp16.onnx',
        bytes: 229_799,
        sha256: 'f6c0e539017b05ff12cd5be869f2a125d946dee10f6e79b64a7466dfceafafb9',
      },
      externalData: [
        {
          path: 'onnx/prompt_encoder_mask_decoder_fp16.onnx_data',
          bytes: 10_454_016,
          sha256: 'bda4d98aef24b7589313f9771c8d2d6380716a256bf5c926326eaf5054097d5b',
        },
      ],
    },
    needsShaderF16: true,
    bindingBytes: null,
  },
  {
    id: 'mobilesam',
    title: 'MobileSAM',
    summary: 'SAM with a small encoder; several candidate masks for every prompt.',
    origin: { repository: 'Acly/MobileSAM', revision: '0d3b403339b4674a82493d5e97964dd78089ddc8' },
    features: null,
    licence: {
      name: 'Apache-2.0',
      url: APACHE,
      note: 'MobileSAM and its weights; the ONNX conversion says MIT.',
    },
    encoder: {
      graph: {
        path: 'mobile_sam_image_encoder.onnx',
        bytes: 28_157_093,
        sha256: '580f5fb648ea1062c0aabc26217aed56921985f03f0cbbd852bba81d760cc749',
      },
      externalData: [],
    },
    decoder: {
      graph: {
        path: 'sam_mask_decoder_multi.onnx',
        bytes: 16_496_559,
        sha256: '8976b90a87ba50a6a72217a5ff994f7d25ce16f2229fcc1ed259e1294c622ffe',
      },
      externalData: [],
    },
    needsShaderF16: false,
    bindingBytes: null,
  },
  {
    id: 'sam2.1-tiny',
    title: 'SAM 2.1 tiny',
    summary: 'Finer masks than EdgeTAM for three to four times its size and time.',
    origin: {
      repository: 'onnx-community/sam2.1-hiera-tiny-ONNX',
      revision: '814a066640debee5a91e70aa401fb8e17e030503',
    },
    features: null,
    licence: {
      name: 'Apache-2.0',
      url: APACHE,
      note: 'Code and weights by Meta; the page of the conversion names no licence of its own.',
    },
    encoder: {
      graph: {
        path: 'onnx/vision_encoder.onnx',
        bytes: 354_238,
        sha256: '4f30aacd3aaefbca81a0b7fe4c1fc96345570ea0a6f80ced599493d1b3be2e8c',
      },
      externalData: [
        {
          path: 'onnx/vision_encoder.onnx_data',
          bytes: 134_084_864,
          sha256: 'e83df9866a5afe68ea7f0f721f18f65137fc3acbf0da1c74e946d363e09c69cc',
        },
      ],
    },
    decoder: {
      graph: {
        path: 'onnx/prompt_encoder_mask_decoder.onnx',
        bytes: 213_114,
        sha256: '874414704c5d686db7d206a35f6e15d26563d50c8c4468fccc6739bd7e491dcf',
      },
      externalData: [
        {
          path: 'onnx/prompt_encoder_mask_decoder.onnx_data',
          bytes: 20_958_208,
          sha256: 'e9874d900dd4134ed60eab1e97910327c2419e0b2954485d8fd6e7f1a1470f47',
        },
      ],
    },
    needsShaderF16: false,
    // Global attention of the third stage: 4 heads x 4096 x 4096 tokens x 4 bytes.
    bindingBytes: 268_435_456,
  },
]
