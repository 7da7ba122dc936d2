import * as v from 'valibot'
import type { BackboneTensors } from '../ml/backboneTensors'

const numbers = v.array(v.number())
const size = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65536))

/** `BackboneTensors` in a file that anybody may have written. */
export const backboneTensorsSchema = v.object({
  image: v.string(),
  preparation: v.variant('kind', [
    v.object({ kind: v.literal('luminance'), stdFloor: v.number(), clip: v.number() }),
    v.object({ kind: v.literal('channels'), mean: numbers, std: numbers }),
  ]),
  zeros: v.array(v.object({ name: v.string(), channels: size })),
  levels: v.array(
    v.object({ output: v.string(), stride: size, channels: size, layout: v.picklist(['map', 'tokens']) }),
  ),
  tokenNorm: v.nullable(v.object({ scale: numbers, shift: numbers, epsilon: v.number() })),
})

/** Null for anything else. */
export function readBackboneTensors(json: unknown): BackboneTensors | null {
  const parsed = v.safeParse(backboneTensorsSchema, json)
  return parsed.success ? parsed.output : null
}
