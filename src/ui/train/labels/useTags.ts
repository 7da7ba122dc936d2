import { useEffect, useState } from 'react'
import type { TagActions } from '../../../app/tagsFace'
import { useApp } from '../../AppProvider'

/** What makes masks from labels, once its code is here; `failure` when it could not be fetched. */
export function useTags(): { readonly tags: TagActions | null; readonly failure: unknown } {
  const app = useApp()
  const [tags, setTags] = useState<TagActions | null>(null)
  const [failure, setFailure] = useState<unknown>(null)
  useEffect(() => {
    let isShown = true
    app.loadTags().then(
      (loaded) => isShown && setTags(loaded),
      (error: unknown) => isShown && setFailure(error),
    )
    return () => {
      isShown = false
    }
  }, [app])
  return { tags, failure }
}
