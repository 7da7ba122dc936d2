import { PANEL } from './gemm'

/** Sides of a tile's inputs and outputs, and the values that it has in the transformed frame. */
export const SIDE: i32 = 6
export const VALUES: i32 = 36
export const OUT: i32 = 4
/** Tiles that are transformed, multiplied and transformed back together; their values stay in the second-level cache. */
export const TILES: i32 = 24

/**
 * The interpolation points are 0, +-P, +-Q and infinity. Lavin and Gray take 1 and 2; with 11/16 and 11/8 the rounding
 * error of 48 channels is half as large (8e-7 of the outputs' spread, 4e-7 without the transform), and both are exact.
 */
export const P: f32 = 0.6875
export const Q: f32 = 1.375
export const P2: f32 = P * P
export const Q2: f32 = Q * Q

/** Channels as the panels of `gemm` have them. */
@inline
export function paddedTo8(channels: i32): i32 {
  return (channels + PANEL - 1) & ~(PANEL - 1)
}
