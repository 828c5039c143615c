import { useEffect, useState } from 'react'
import { openDesk } from '../../desk/desk-link.ts'
import { type Recorder, recorderOf } from '../../dev/recorder.ts'
import type { Player } from '../../player/player.ts'
import { PlotDeck } from './plot-deck.ts'

/** The recorder of this page, which runs while this is mounted, and the plots of this panel. */
export function useDeck(player: Player): { recorder: Recorder; deck: PlotDeck } {
  const recorder = recorderOf(player)
  const [deck] = useState(() => new PlotDeck(recorder))
  useEffect(() => {
    const unsubscribe = recorder.store.subscribe(() => {})
    const end = deck.run()
    return () => {
      end()
      unsubscribe()
    }
  }, [recorder, deck])
  return { recorder, deck }
}

/** What the server tells of its listeners and its capture, while this is mounted. */
export function useDesk() {
  const [desk] = useState(openDesk)
  useEffect(() => {
    desk.start()
    return () => desk.stop()
  }, [desk])
  return desk
}
