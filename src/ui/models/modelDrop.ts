import type { PickedFile } from '../../app/app'

/** A drop with an ONNX file is a model, wherever on the window it lands; its other files are the weights beside it. */
export function isModelDrop(files: readonly PickedFile[]): boolean {
  return files.some((file) => /\.onnx$/i.test(file.path))
}
