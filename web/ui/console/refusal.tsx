/** Why something was not done; nothing while there is nothing to say. */
export function Refusal({ words }: { words: string }) {
  if (words === '') return null
  return (
    <p className="deck-refusal" role="alert">
      {words}
    </p>
  )
}
