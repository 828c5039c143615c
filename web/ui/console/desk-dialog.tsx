import './desk-dialog.css'
import '@mantine/core/styles/Paper.layer.css'
import '@mantine/core/styles/Overlay.layer.css'
import '@mantine/core/styles/ModalBase.layer.css'
import '@mantine/core/styles/Modal.layer.css'
import { Modal } from '@mantine/core'
import type { ReactNode } from 'react'

interface DeskDialogProps {
  title: string
  open: boolean
  onClose: () => void
  children: ReactNode
}

const CLASSES = { inner: 'dialog-place', content: 'dialog-plate', title: 'dialog-title', body: 'dialog-body' }
const AT_ONCE = { duration: 0 }

/** A question that comes before everything else. One of its keys closes it, and so do Escape and a press beside it. */
export function DeskDialog({ title, open, onClose, children }: DeskDialogProps) {
  return (
    <div className="desk-dialog">
      <Modal
        classNames={CLASSES}
        title={title}
        opened={open}
        onClose={onClose}
        centered
        withinPortal={false}
        withCloseButton={false}
        transitionProps={AT_ONCE}
      >
        {children}
      </Modal>
    </div>
  )
}
