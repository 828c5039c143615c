import './presets.css'
import { Button, NativeSelect, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { unless } from '../parts/held.ts'
import { useSnapshot } from '../parts/use-snapshot.ts'
import type { ConsoleTools } from './console-tools.ts'
import { DeskDialog } from './desk-dialog.tsx'
import { Refusal } from './refusal.tsx'
import { useAttempt } from './use-attempt.ts'

const LONGEST_NAME = 40
/** A browser takes them for steps within an address: the server is never asked. */
const STEPS = ['.', '..']

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
          <Button
            key={name}
            className="preset-key"
            aria-pressed={name === preset}
            {...unless(busy, () => void does(() => commands.loadPreset(name)))}
          >
            {name}
          </Button>
        ))}
        <Button aria-haspopup="dialog" onClick={() => setOpen('save')}>
          Save…
        </Button>
        <Button aria-haspopup="dialog" disabled={presets.length === 0} onClick={() => setOpen('delete')}>
          Delete…
        </Button>
      </fieldset>
      <DeskDialog title="Save a preset" open={open === 'save'} onClose={close}>
        <SaveForm
          busy={busy}
          presets={presets}
          first={preset ?? ''}
          onSave={(name) => done(() => commands.savePreset(name))}
          onClose={close}
        />
        <Refusal words={refusal} />
      </DeskDialog>
      <DeskDialog title="Delete a preset" open={open === 'delete' && presets.length > 0} onClose={close}>
        <DeleteForm
          busy={busy}
          presets={presets}
          first={preset ?? presets[0] ?? ''}
          onDelete={(name) => done(() => commands.deletePreset(name))}
          onClose={close}
        />
        <Refusal words={refusal} />
      </DeskDialog>
      {open === undefined && <Refusal words={refusal} />}
    </div>
  )
}

interface FormProps {
  /** What was asked for is under way. */
  busy: boolean
  presets: readonly string[]
  first: string
  onClose: () => void
}

function SaveForm({ busy, presets, first, onSave, onClose }: FormProps & { onSave: (name: string) => void }) {
  const [name, setName] = useState(first)
  const known = name.trim()
  const isStep = STEPS.includes(known)
  const canBe = known !== '' && !isStep
  const save = (event: FormEvent) => {
    event.preventDefault()
    if (canBe && !busy) onSave(known)
  }
  return (
    <form className="dialog-form" onSubmit={save}>
      <TextInput
        label="Name"
        data-autofocus=""
        maxLength={LONGEST_NAME}
        value={name}
        error={isStep && `“${known}” can not be a name. Add a letter or a digit.`}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <div className="dialog-keys">
        <Button type="submit" disabled={!canBe}>
          {presets.includes(known) ? 'Save over it' : 'Save'}
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </div>
    </form>
  )
}

function DeleteForm({
  busy,
  presets,
  first,
  onDelete,
  onClose,
}: FormProps & { onDelete: (name: string) => void }) {
  // Another one is not chosen by itself: the key under the finger would do what nobody read.
  const [name, setName] = useState(first)
  const isThere = presets.includes(name)
  return (
    <form
      className="dialog-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (isThere && !busy) onDelete(name)
      }}
    >
      <NativeSelect
        label="Preset"
        data-autofocus=""
        data={isThere ? [...presets] : [name, ...presets]}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <div className="dialog-keys">
        <Button type="submit" data-grave="" disabled={!isThere}>
          Delete “{name}” for good
        </Button>
        <Button onClick={onClose}>Keep it</Button>
      </div>
    </form>
  )
}
