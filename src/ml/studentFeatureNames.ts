/**
 * Inputs of an exported student for the levels of a backbone: `feat<stride>`, or `feat<stride>_<index>` where several
 * levels have one stride (the blocks of a transformer, earliest first).
 */
export function studentFeatureNames(levels: readonly { readonly stride: number }[]): string[] {
  return levels.map(({ stride }, index) => {
    const ofOneStride = levels.filter((level) => level.stride === stride).length
    return ofOneStride === 1 ? `feat${stride}` : `feat${stride}_${index}`
  })
}
