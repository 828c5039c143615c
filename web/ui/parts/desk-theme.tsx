import '@mantine/core/styles/default-css-variables.layer.css'
import '@mantine/core/styles/global.layer.css'
import '@mantine/core/styles/UnstyledButton.layer.css'
import '@mantine/core/styles/Button.layer.css'
import '@mantine/core/styles/Input.layer.css'
import '@mantine/core/styles/FloatingIndicator.layer.css'
import '@mantine/core/styles/SegmentedControl.layer.css'
import '@mantine/core/styles/Table.layer.css'
import './desk-theme.css'
import {
  Button,
  createTheme,
  Input,
  type MantineColorSchemeManager,
  MantineProvider,
  SegmentedControl,
  Table,
} from '@mantine/core'
import type { ReactNode } from 'react'

/** The component library's colours are the front panel's, which know dark and light by themselves. */
const COLOURS = {
  '--mantine-color-text': 'var(--ink)',
  '--mantine-color-body': 'var(--plate)',
  '--mantine-color-dimmed': 'var(--ink-soft)',
  '--mantine-color-placeholder': 'var(--ink-soft)',
  '--mantine-color-error': 'var(--red)',
  '--mantine-color-default': 'var(--key)',
  '--mantine-color-default-color': 'var(--ink)',
  '--mantine-color-default-border': 'var(--key-edge)',
  '--mantine-color-disabled': 'var(--key)',
  '--mantine-color-disabled-color': 'var(--ink-soft)',
  '--mantine-color-disabled-border': 'var(--key-edge)',
  '--mantine-primary-color-filled': 'var(--amber)',
}

const THEME = createTheme({
  fontFamily: 'inherit',
  defaultRadius: 5,
  components: {
    Button: Button.extend({ defaultProps: { variant: 'default' }, classNames: { root: 'key' } }),
    Input: Input.extend({ classNames: { input: 'entry' } }),
    InputWrapper: Input.Wrapper.extend({ classNames: { root: 'field', label: 'field-name' } }),
    SegmentedControl: SegmentedControl.extend({
      defaultProps: { withItemsBorders: false },
      classNames: {
        root: 'segments',
        control: 'segment-place',
        label: 'segment',
        indicator: 'segment-shine',
      },
    }),
    Table: Table.extend({ defaultProps: { withRowBorders: false, captionSide: 'top' } }),
  },
})

/** Dark or light is the shell's: the library follows its attribute of the root element, and writes none. */
const FOLLOWED: MantineColorSchemeManager = {
  get: (first) => first,
  set() {},
  subscribe() {},
  unsubscribe() {},
  clear() {},
}
const NO_ROOT = () => undefined

/**
 * Around the pages that use the component library. Not around the whole page: a listener never loads it. Its styles lie in a
 * layer of their own, below all of ours.
 */
export function DeskTheme({ children }: { children: ReactNode }) {
  return (
    <MantineProvider
      theme={THEME}
      cssVariablesResolver={() => ({ variables: {}, dark: COLOURS, light: COLOURS })}
      colorSchemeManager={FOLLOWED}
      getRootElement={NO_ROOT}
      withGlobalClasses={false}
    >
      {children}
    </MantineProvider>
  )
}
