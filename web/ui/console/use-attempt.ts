import { useCallback, useState } from 'react'
import { refusalWords } from './refusal-words.ts'

/** Something that is asked of the server: whether it is under way, and why it was refused; '' if it was not. */
export interface Attempt {
  busy: boolean
  refusal: string
  /** Never rejects. True: it is done. */
  run: (work: () => Promise<unknown>) => Promise<boolean>
}

export function useAttempt(): Attempt {
  const [state, setState] = useState({ busy: false, refusal: '' })
  const run = useCallback(async (work: () => Promise<unknown>) => {
    setState({ busy: true, refusal: '' })
    try {
      await work()
      setState({ busy: false, refusal: '' })
      return true
    } catch (error) {
      setState({ busy: false, refusal: refusalWords(error) })
      return false
    }
  }, [])
  return { ...state, run }
}
