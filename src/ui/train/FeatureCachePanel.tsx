import { Button, NativeSelect } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { FeatureCacheState } from '../../app/app'
import { useApp, useScreen } from '../AppProvider'
import { Section } from '../controls/Section'
import { showFailure } from '../controls/showFailure'
import { byteText } from '../start/byteText'
import { cacheText, limitChoices } from './cacheText'

const FAILED = 'The feature cache could not be read'

/** Room that kept features take, how much they may take, and a way to be rid of them. `refreshKey` changes after work. */
export function FeatureCachePanel({ refreshKey, disabled }: { refreshKey: string; disabled: boolean }) {
  const app = useApp()
  const screen = useScreen()
  const [state, setState] = useState<FeatureCacheState | null>(null)
  const { featureCache } = app.models

  useEffect(() => {
    let isCurrent = true
    featureCache.state().then(
      (found) => isCurrent && setState(found),
      (error: unknown) => isCurrent && showFailure(FAILED, error),
    )
    return () => {
      isCurrent = false
    }
  }, [featureCache, refreshKey])

  const change = async (step: () => Promise<void>): Promise<void> => {
    try {
      await step()
      setState(await featureCache.state())
    } catch (error) {
      showFailure('The feature cache could not be changed', error)
    }
  }
  const clear = async (): Promise<void> => {
    if (state === null) return
    const isSure = await screen.confirm({
      title: 'Clear the feature cache?',
      message: `${byteText(state.bytes)} of features and ${byteText(state.otherBytes)} of what segmenters saw go from this computer. They are computed again when they are needed; masks, runs and models stay.`,
      verb: 'Clear',
      isDanger: false,
    })
    if (isSure) await change(() => featureCache.clear())
  }
  if (state === null) return null
  return (
    <Section title="Feature cache" aside={<span className="num">{cacheText(state)}</span>}>
      <div className="feature-cache">
        <NativeSelect
          aria-label="Limit of the feature cache"
          disabled={disabled}
          value={String(state.limitBytes)}
          data={limitChoices(state.limitBytes).map((bytes) => ({
            value: String(bytes),
            label: `at most ${byteText(bytes)}`,
          }))}
          onChange={(event) => {
            const limitBytes = Number(event.currentTarget.value)
            void change(() => featureCache.setLimit(limitBytes))
          }}
        />
        <Button
          variant="default"
          disabled={disabled || state.bytes + state.otherBytes === 0}
          aria-label="Clear the feature cache"
          onClick={() => void clear()}
        >
          Clear …
        </Button>
      </div>
      {!state.hasRoom && (
        <p className="feature-cache-note">
          The last features found no room and are not kept: raise the limit or free some disk space.
        </p>
      )}
    </Section>
  )
}
