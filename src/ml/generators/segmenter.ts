import { assert } from '../../core/assert'
import type { Box } from '../../core/geometry'
import { emptyMask } from '../../core/raster'
import { dilateBox, pixelsInside, pixelWindow } from '../imaging/boxWindow'
import { sampleCrop } from '../imaging/cropSampling'
import { pasteMap } from '../imaging/pasteMap'
import { luminanceOf } from '../imaging/standardise'
import { stabilityOf, tightnessOf } from '../quality'
import { boxTightThreshold, fusedMap, isSparse, MINIMAL_DILATION_PX, type CropLogits } from './boxTight'
import { cleanUpMask, isUnresolvedMask } from './cleanUp'
import { defineGenerator } from './generator'

/** Thresholds this far below and above the chosen one are compared for the stability score. */
const STABILITY_OFFSET = 0.1

/**
 * The promptable segmenter, its probabilities fused with the grey evidence inside the box, and the threshold chosen
 * by the box. The map is resampled to image pixels before it is thresholded.
 */
export const segmenter = defineGenerator({
  id: 'segmenter',
  version: 2,
  title: 'Segmenter',
  summary: 'Asks the trained segmenter and fits the result to the box.',
  needs: ['segmenter'],
  params: {
    threshold: {
      kind: 'choice',
      label: 'Threshold',
      default: 'thin-aware',
      options: [
        { value: 'thin-aware', label: 'Fitted, thin kept' },
        { value: 'box-tight', label: 'Fitted to the box' },
        { value: 'fixed', label: 'Fixed' },
      ],
    },
    fixedThreshold: {
      kind: 'number',
      label: 'Fixed threshold',
      help: 'Used when the threshold is fixed: lower gives larger masks.',
      default: 0.5,
      min: 0.05,
      max: 0.95,
      step: 0.05,
      advanced: true,
    },
    cleanUp: {
      kind: 'boolean',
      label: 'Remove specks and fill pinholes',
      default: true,
      advanced: true,
    },
  },
  async generate({ image, boxPx, clicks, former }, params, context, { signal }) {
    assert(context.segmenter !== undefined, 'the segmenter generator needs a segmenter')
    signal.throwIfAborted()
    const { frame, candidates, calibration } = await context.segmenter.segment({
      boxPx,
      regionPx: null,
      clicks,
      former,
    })
    const candidate = candidates[0]!
    const answer: CropLogits = { frame, calibration, logits: candidate.logits }
    signal.throwIfAborted()
    const rgb = sampleCrop(image, answer.frame)
    for (let p = 0; p < rgb.length; p++) rgb[p]! /= 255
    const map = fusedMap(answer, luminanceOf(rgb), boxPx)
    const threshold = thresholdFor(params, map, answer, boxPx)
    const grown = dilateBox(boxPx, answer.calibration.keepInsideBoxDilated, MINIMAL_DILATION_PX)
    const boundsPx = pixelWindow(grown, image)
    const scores = pasteMap(map, answer.frame, boundsPx)
    const allowed = pixelsInside(grown, boundsPx)
    const limit = Math.fround(threshold)
    const raw = {
      width: allowed.width,
      height: allowed.height,
      data: allowed.data.map((isAllowed, p) => (isAllowed === 1 && scores.data[p]! > limit ? 1 : 0)),
    }
    const mask = params.cleanUp ? cleanUpMask(raw) : raw
    const isUnresolved = isUnresolvedMask(mask, boxPx)
    return {
      boundsPx,
      mask: isUnresolved ? emptyMask(mask) : mask,
      scores: {
        predictedIou: candidate.predictedIou,
        stability: stabilityOf(scores, allowed, threshold, STABILITY_OFFSET),
        tightness: tightnessOf(mask, boundsPx, boxPx),
      },
      isUnresolved,
      label: 'Segmenter',
      former: candidate,
      evidence: { scores, threshold },
      alternatives: [],
    }
  },
})

function thresholdFor(
  params: { readonly threshold: string; readonly fixedThreshold: number },
  map: Float32Array,
  answer: CropLogits,
  boxPx: Box,
): number {
  if (params.threshold === 'fixed') return params.fixedThreshold
  if (params.threshold === 'thin-aware' && isSparse(map, answer, boxPx))
    return answer.calibration.sparseThreshold
  return boxTightThreshold(map, answer, boxPx)
}
