/** The sizes of a vision transformer of DINOv2's form, all read from its weights but `heads`. */
export interface VitDims {
  /** Side of a patch in pixels. */
  readonly patch: number
  readonly dim: number
  readonly depth: number
  /** Width of the hidden layer of each MLP. */
  readonly mlp: number
  readonly heads: number
  readonly registers: number
  /** Side of the square grid that the position table was learned for. */
  readonly grid: number
}

export interface VitTensorSpec {
  readonly name: string
  readonly shape: readonly number[]
}

/**
 * Every tensor of the network, in this application's own layout: matrices are (in, out), the patch kernel's rows are
 * (y * patch + x) * 3 + colour, query, key and value lie side by side. DINOv2's mask token, which only its
 * pre-training uses, is left out.
 */
export function vitTensorSpecs(dims: VitDims): readonly VitTensorSpec[] {
  const { patch, dim, depth, registers, grid } = dims
  return [
    { name: 'cls', shape: [dim] },
    ...(registers > 0 ? [{ name: 'registers', shape: [registers, dim] }] : []),
    { name: 'positions', shape: [1 + grid * grid, dim] },
    { name: 'patch.kernel', shape: [3 * patch * patch, dim] },
    { name: 'patch.bias', shape: [dim] },
    ...Array.from({ length: depth }, (_, block) => blockSpecs(dims, block)).flat(),
    { name: 'norm.weight', shape: [dim] },
    { name: 'norm.bias', shape: [dim] },
  ]
}

function blockSpecs({ dim, mlp }: VitDims, block: number): readonly VitTensorSpec[] {
  const linear = (name: string, inputs: number, outputs: number): VitTensorSpec[] => [
    { name: `${name}.kernel`, shape: [inputs, outputs] },
    { name: `${name}.bias`, shape: [outputs] },
  ]
  const norm = (name: string): VitTensorSpec[] => [
    { name: `${name}.weight`, shape: [dim] },
    { name: `${name}.bias`, shape: [dim] },
  ]
  return [
    ...norm('norm1'),
    ...linear('qkv', dim, 3 * dim),
    ...linear('proj', dim, dim),
    { name: 'scale1', shape: [dim] },
    ...norm('norm2'),
    ...linear('fc1', dim, mlp),
    ...linear('fc2', mlp, dim),
    { name: 'scale2', shape: [dim] },
  ].map(({ name, shape }) => ({ name: blockTensor(block, name), shape }))
}

export function blockTensor(block: number, name: string): string {
  return `blocks.${block}.${name}`
}

/** BitFit (Ben Zaken et al. 2022) as boxes2pixels.md §4 counts it: what is called bias or norm is trained, the rest is frozen. */
export function isBitFit(name: string): boolean {
  return name.includes('bias') || name.includes('norm')
}

export function sizeOf({ shape }: VitTensorSpec): number {
  return shape.reduce((a, b) => a * b, 1)
}
