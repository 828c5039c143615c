import { useCallback, useRef, useState } from 'react'
import { refusalWords } from './refusal-words.ts'

/** Something that is asked of the server: whether it is under way, and why it was refused; '' if it was not. Of several, the last. */
export interface Attempt {
  busy: boolean
  refusal: string
  /** Never rejects. True: it is done. */
  run: (work: () => Promise<unknown>) => Promise<boolean>
}

export function useAttempt(): Attempt {
  const [state, setState] = useState({ busy: false, refusal: '' })
  const latest = useRef(0)
  const run = useCallback(async (work: () => Promise<unknown>) => {
    const mine = ++latest.current
    const end = (refusal: string) => mine === latest.current && setState({ busy: false, refusal })
    setState({ busy: true, refusal: '' })
    try {
      await work()
      end('')
      return true
    } catch (error) {
      end(refusalWords(error))
      return false
    }
  }, [])
  return { ...state, run }
}
