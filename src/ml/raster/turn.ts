import { flip } from './flip'

/** A raster turned by 180 degrees: twice is the raster itself. */
export function turn<T extends Parameters<typeof flip>[0]>(raster: T): T {
  return flip(flip(raster, 'horizontal'), 'vertical') as T
}
