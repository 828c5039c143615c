import { type FormEvent, type KeyboardEvent, useState } from 'react'
import { useSnapshot } from '../parts/use-snapshot.ts'
import type { ConsoleTools } from './console-tools.ts'
import { Refusal } from './refusal.tsx'
import { useAttempt } from './use-attempt.ts'

const LONGEST_NAME = 40

/** Mixes by name: a key for each, one to save, one to delete. */
export function Presets({ tools: { commands, mixer } }: { tools: ConsoleTools }) {
  const [open, setOpen] = useState<'save' | 'delete' | undefined>()
  const { busy, refusal, run } = useAttempt()
  const { presets, preset } = useSnapshot(mixer.store, ({ presets, preset }) => ({ presets, preset }))
  const close = () => setOpen(undefined)
  const does = (work: () => ReturnType<typeof commands.loadPreset>) =>
    run(async () => mixer.hear(await work()))
  const done = async (work: () => ReturnType<typeof commands.loadPreset>) => {
    if (await does(work)) close()
  }
  return (
    <div className="presets">
      <fieldset className="preset-keys">
        <legend className="unseen">Presets</legend>
        {presets.length === 0 && <span className="module-soft">No presets yet</span>}
        {presets.map((name) => (
          <button
            key={name}
            type="button"
            className="key preset-key"
            aria-pressed={name === preset}
            disabled={busy}
            onClick={() => does(() => commands.loadPreset(name))}
          >
            {name}
          </button>
        ))}
        <button
          type="button"
          className="key"
          aria-expanded={open === 'save'}
          onClick={() => setOpen(open === 'save' ? undefined : 'save')}
        >
          Save…
        </button>
        <button
          type="button"
          className="key"
          aria-expanded={open === 'delete'}
          disabled={presets.length === 0}
          onClick={() => setOpen(open === 'delete' ? undefined : 'delete')}
        >
          Delete…
        </button>
      </fieldset>
      {open === 'save' && (
        <SaveForm
          presets={presets}
          first={preset ?? ''}
          onSave={(name) => done(() => commands.savePreset(name))}
          onClose={close}
        />
      )}
      {open === 'delete' && presets[0] !== undefined && (
        <DeleteForm
          presets={presets}
          first={preset ?? presets[0]}
          onDelete={(name) => done(() => commands.deletePreset(name))}
          onClose={close}
        />
      )}
      <Refusal words={refusal} />
    </div>
  )
}

interface FormProps {
  presets: readonly string[]
  first: string
  onClose: () => void
}

function SaveForm({ presets, first, onSave, onClose }: FormProps & { onSave: (name: string) => void }) {
  const [name, setName] = useState(first)
  const known = name.trim()
  const save = (event: FormEvent) => {
    event.preventDefault()
    if (known !== '') onSave(known)
  }
  return (
    <form className="module-form" aria-label="Save a preset" onSubmit={save} onKeyDown={onEscape(onClose)}>
      <label className="field">
        <span>Name</span>
        <input
          type="text"
          className="entry"
          maxLength={LONGEST_NAME}
          value={name}
          // biome-ignore lint/a11y/noAutofocus: it opens because somebody pressed a key to fill it in.
          autoFocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <button type="submit" className="key" disabled={known === ''}>
        {presets.includes(known) ? 'Save over it' : 'Save'}
      </button>
      <button type="button" className="key" onClick={onClose}>
        Cancel
      </button>
    </form>
  )
}

function DeleteForm({ presets, first, onDelete, onClose }: FormProps & { onDelete: (name: string) => void }) {
  const [name, setName] = useState(first)
  const chosen = presets.includes(name) ? name : first
  return (
    <form
      className="module-form"
      aria-label="Delete a preset"
      onSubmit={(event) => {
        event.preventDefault()
        onDelete(chosen)
      }}
      onKeyDown={onEscape(onClose)}
    >
      <label className="field">
        <span>Preset</span>
        <select
          className="entry"
          value={chosen}
          // biome-ignore lint/a11y/noAutofocus: it opens because somebody pressed a key to choose here.
          autoFocus
          onChange={(event) => setName(event.currentTarget.value)}
        >
          {presets.map((preset) => (
            <option key={preset}>{preset}</option>
          ))}
        </select>
      </label>
      <button type="submit" className="key" data-grave="">
        Delete “{chosen}” for good
      </button>
      <button type="button" className="key" onClick={onClose}>
        Keep it
      </button>
    </form>
  )
}

function onEscape(close: () => void) {
  return ({ key }: KeyboardEvent) => {
    if (key === 'Escape') close()
  }
}
