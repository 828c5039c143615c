import '@mantine/core/styles/default-css-variables.layer.css'
import '@mantine/core/styles/global.layer.css'
import '@mantine/core/styles/UnstyledButton.layer.css'
import '@mantine/core/styles/Button.layer.css'
import '@mantine/core/styles/Input.layer.css'
import '@mantine/core/styles/FloatingIndicator.layer.css'
import '@mantine/core/styles/SegmentedControl.layer.css'
import '@mantine/core/styles/Table.layer.css'
import './desk-colours.css'
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

const THEME = createTheme({
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
 * layer of their own, below all of ours; it writes none into the page.
 */
export function DeskTheme({ children }: { children: ReactNode }) {
  return (
    <MantineProvider
      theme={THEME}
      withCssVariables={false}
      colorSchemeManager={FOLLOWED}
      getRootElement={NO_ROOT}
      withGlobalClasses={false}
    >
      {children}
    </MantineProvider>
  )
}
