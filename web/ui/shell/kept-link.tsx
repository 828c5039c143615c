import { useState } from 'react'
import { forgetKey, keptKey } from '../../player/address/page-key.ts'

/** That the browser remembers what lets this page in, and the way to have it forget that; nothing where there is nothing. */
export function KeptLink({ session }: { session: string }) {
  const [state, setState] = useState(() => (keptKey(session) === '' ? 'none' : 'kept'))
  if (state === 'forgotten')
    return <p role="status">Forgotten. Once this page is closed, it takes the link again.</p>
  if (state === 'none') return null
  const forget = () => {
    forgetKey(session)
    setState('forgotten')
  }
  return (
    <div className="kept-link">
      <p>This browser remembers the link that lets you in, until it ends.</p>
      <button type="button" className="key" onClick={forget}>
        Forget the link
      </button>
    </div>
  )
}
