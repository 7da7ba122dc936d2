import { Button, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { messageOf } from '../../core/errors'
import { useApp, useObservable } from '../AppProvider'

const HOST = 'https://huggingface.co'

/** Where downloads come from, for networks that reach a mirror only. */
export function MirrorField() {
  const app = useApp()
  const mirror = useObservable(app.models.mirror)
  const [text, setText] = useState(mirror ?? '')
  const [fault, setFault] = useState<string | null>(null)
  const isChanged = text.trim() !== (mirror ?? '')

  const keep = (address: string): void => {
    try {
      app.models.setMirror(address)
      setText(app.models.mirror.get() ?? '')
      setFault(null)
    } catch (error) {
      setFault(messageOf(error))
    }
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    keep(text)
  }

  return (
    <form className="model-mirror" onSubmit={submit}>
      <TextInput
        label="Mirror"
        description={
          mirror === null
            ? `Downloads ask ${HOST}. A mirror has the same folders under another address.`
            : `Downloads ask ${mirror} instead of ${HOST}. Every file is checked by its hash all the same.`
        }
        placeholder={HOST}
        value={text}
        error={fault}
        spellCheck={false}
        inputMode="url"
        onChange={(event) => {
          setText(event.currentTarget.value)
          setFault(null)
        }}
      />
      <Button type="submit" variant="default" disabled={!isChanged}>
        Set mirror
      </Button>
      <Button
        variant="subtle"
        color="gray"
        disabled={mirror === null && text === ''}
        onClick={() => keep('')}
      >
        Reset
      </Button>
    </form>
  )
}
