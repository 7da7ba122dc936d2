import { ANTIALIAS_RULE, OFFSET_RULE, PLAIN_RULE, type PositionRule } from './positionTable'

/** The names that one code base gives to the tensors of DINOv2; block names follow `block(i)`. */
export interface VitLayout {
  readonly cls: string
  readonly registers: string
  readonly positions: string
  readonly patch: string
  readonly norm: string
  block(index: number): string
  readonly norm1: string
  /** One layer with query, key and value side by side, or the three of them. */
  readonly qkv: readonly string[]
  readonly proj: string
  readonly scale1: string
  readonly norm2: string
  readonly fc1: string
  readonly fc2: string
  readonly scale2: string
  /** How this code base resamples its positions, without and with registers. */
  readonly positionRules: { readonly plain: PositionRule; readonly registers: PositionRule }
}

/** Hugging Face's `Dinov2Model` and `Dinov2WithRegistersModel`. */
const HUGGING_FACE: VitLayout = {
  cls: 'embeddings.cls_token',
  registers: 'embeddings.register_tokens',
  positions: 'embeddings.position_embeddings',
  patch: 'embeddings.patch_embeddings.projection',
  norm: 'layernorm',
  block: (index) => `encoder.layer.${index}.`,
  norm1: 'norm1',
  qkv: ['attention.attention.query', 'attention.attention.key', 'attention.attention.value'],
  proj: 'attention.output.dense',
  scale1: 'layer_scale1.lambda1',
  norm2: 'norm2',
  fc1: 'mlp.fc1',
  fc2: 'mlp.fc2',
  scale2: 'layer_scale2.lambda1',
  positionRules: { plain: PLAIN_RULE, registers: ANTIALIAS_RULE },
}

/** facebookresearch/dinov2, as its hub gives the models out (blocks in one list). */
const FACEBOOK_RESEARCH: VitLayout = {
  cls: 'cls_token',
  registers: 'register_tokens',
  positions: 'pos_embed',
  patch: 'patch_embed.proj',
  norm: 'norm',
  block: (index) => `blocks.${index}.`,
  norm1: 'norm1',
  qkv: ['attn.qkv'],
  proj: 'attn.proj',
  scale1: 'ls1.gamma',
  norm2: 'norm2',
  fc1: 'mlp.fc1',
  fc2: 'mlp.fc2',
  scale2: 'ls2.gamma',
  positionRules: { plain: OFFSET_RULE, registers: ANTIALIAS_RULE },
}

/**
 * The layout that a file's names follow, and what stands before each of them ("dinov2.", "backbone."). Null when they
 * follow none: the file holds another network.
 */
export function layoutOf(
  names: Iterable<string>,
): { readonly layout: VitLayout; readonly prefix: string } | null {
  const all = [...names]
  for (const layout of [HUGGING_FACE, FACEBOOK_RESEARCH]) {
    const first = `${layout.block(0)}${layout.norm1}.weight`
    const found = all.find((name) => name === first || name.endsWith(`.${first}`))
    if (found !== undefined) return { layout, prefix: found.slice(0, found.length - first.length) }
  }
  return null
}
