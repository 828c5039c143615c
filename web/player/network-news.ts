/** When the network, or the page, comes back from wherever it was. */
const MOMENTS = ['online', 'pageshow', 'visibilitychange'] as const

/** The part of the Network Information API this needs; its own `change` comes for each new estimate of the link as well. */
interface NetworkInformation extends EventTarget {
  readonly type?: string
}

/**
 * Calls `tell` when the connection is worth a look: the network came back or became another one, or somebody looks at the
 * page again. Returns how to stop. Thread: page.
 */
export function watchNetworkNews(tell: () => void): () => void {
  const { connection } = navigator as { connection?: NetworkInformation }
  let type = connection?.type
  const onMoment = (event: Event) => {
    if (event.type === 'visibilitychange' && document.visibilityState !== 'visible') return
    tell()
  }
  const onLink = () => {
    if (connection?.type === type) return
    type = connection?.type
    if (type !== 'none') tell()
  }
  // A change of visibility is the document's; at the window it passes by.
  for (const moment of MOMENTS) window.addEventListener(moment, onMoment, { capture: true })
  connection?.addEventListener?.('change', onLink)
  return () => {
    for (const moment of MOMENTS) window.removeEventListener(moment, onMoment, { capture: true })
    connection?.removeEventListener?.('change', onLink)
  }
}
