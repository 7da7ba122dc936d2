import { useMemo } from 'react'
import type { ImageId } from '../../domain/records'
import { useImageRecords } from '../AppProvider'
import { useClasses } from '../useClasses'
import { imageObjects, type ImageObject } from './imageObjects'

const NONE: readonly ImageObject[] = []

/** The objects of an image, the same array until one of them or a class changes. */
export function useImageObjects(imageId: ImageId | null): readonly ImageObject[] {
  const { records, version } = useImageRecords(imageId)
  const classes = useClasses()
  return useMemo(
    () => (imageId === null ? NONE : imageObjects(records, imageId)),
    // The records are one object for ever; the version and the classes tell when they say something else.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [records, imageId, version, classes],
  )
}
