import { Component, type MouseEvent, type ReactNode, Suspense } from 'react'

/**
 * Around what is loaded when it is needed. When it can not be loaded, because the connection is gone or the server has another
 * build by now, that is said in its place, and the rest of the page goes on.
 */
export class Late extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false }

  static getDerivedStateFromError(): { broken: boolean } {
    return { broken: true }
  }

  override render(): ReactNode {
    if (!this.state.broken) return <Suspense>{this.props.children}</Suspense>
    return (
      <p className="late" role="alert">
        This part could not be loaded. Check the connection, then{' '}
        <a href={location.href} onClick={reload}>
          load the page again
        </a>
        .
      </p>
    )
  }
}

/** To an address with a place in it, as the skip link leaves it, a link goes without loading anything. */
function reload(event: MouseEvent): void {
  event.preventDefault()
  location.reload()
}
