import type { CatalogueEntry } from './catalogue'
import { BACKBONES } from './catalogueBackbones'
import { SEGMENTERS } from './catalogueSegmenters'

/** The public models that are known: promptable segmenters, then backbones. */
export const CATALOGUE: readonly CatalogueEntry[] = [...SEGMENTERS, ...BACKBONES]
