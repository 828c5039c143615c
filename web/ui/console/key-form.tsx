import { Button, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { KEY_NAMES } from '../../player/address/page-key.ts'

interface KeyFormProps {
  /** Why the server does not want this page, in its words. */
  refusal: string
  onKey: (key: string) => void
  onRetry: () => void
}

/** Instead of the console, where the server does not let this page steer. */
export function KeyForm({ refusal, onKey, onRetry }: KeyFormProps) {
  const [key, setKey] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const typed = key.trim()
    if (typed !== '') onKey(keyIn(typed))
  }
  return (
    <form className="module key-form" aria-label="Key" onSubmit={submit}>
      <p role="alert">{refusal}</p>
      <p className="module-note">
        It takes what was set as CONTROLLER_KEY, a room’s own key, or a link to steer, made on the console of
        the server’s own computer.
      </p>
      <TextInput
        label="Key, or link"
        autoComplete="off"
        spellCheck={false}
        value={key}
        onChange={(event) => setKey(event.currentTarget.value)}
      />
      <div className="for-all-keys">
        <Button type="submit" className="key-main" disabled={key.trim() === ''}>
          Open the console
        </Button>
        <Button onClick={onRetry}>Try again</Button>
      </div>
    </form>
  )
}

/** Of a link that was pasted whole, what lets its bearer in. */
export function keyIn(typed: string): string {
  if (!URL.canParse(typed)) return typed
  const query = new URL(typed).searchParams
  return KEY_NAMES.map((name) => query.get(name)).find(Boolean) ?? typed
}
