import './pick.css'
import '@mantine/core/styles/InlineInput.layer.css'
import '@mantine/core/styles/Radio.layer.css'
import '@mantine/core/styles/Switch.layer.css'
import { Radio, type RadioProps, Switch, type SwitchProps } from '@mantine/core'

/** With the words beside it, to be hit anywhere along its line. */
const LINE = { body: 'pick-body', labelWrapper: 'pick-words', label: 'pick-label' }
const RADIO = { ...LINE, radio: 'pick-radio', icon: 'pick-dot' }
const SWITCH = { ...LINE, track: 'pick-track', thumb: 'pick-thumb' }

/** One of a Radio.Group. */
export function PickOne(props: Pick<RadioProps, 'value' | 'label'>) {
  return <Radio classNames={RADIO} {...props} />
}

/** On or off. */
export function PickSwitch(props: Pick<SwitchProps, 'label' | 'checked' | 'disabled' | 'onChange'>) {
  return <Switch classNames={SWITCH} size="md" withThumbIndicator={false} {...props} />
}
