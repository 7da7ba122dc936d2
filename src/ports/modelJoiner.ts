/** Makes one ONNX file of a backbone of this computer and a head that was trained on its features. */
export interface ModelJoiner {
  /** Throws `model/missing` for a backbone that is not on this computer, `model/incompatible` when the two do not fit. */
  join(backboneId: string, head: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>
}
