import type { BackboneInterface } from './backbone'
import { pyramid } from './pyramid'
import { visionTransformer } from './visionTransformer'

/** The interfaces of feature networks that are known; the embedded model has its own (`embeddedFeatures.ts`). */
export const BACKBONE_INTERFACES: readonly BackboneInterface[] = [visionTransformer, pyramid]
