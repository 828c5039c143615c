import { Button } from '@mantine/core'

interface TurnedAwayProps {
  /** Why, in the words of the server. */
  refusal: string
  refusedFor: 'gone' | 'full'
  onRetry: () => void
}

/** Instead of the console, where no key would help. */
export function TurnedAway({ refusal, refusedFor, onRetry }: TurnedAwayProps) {
  return (
    <section className="module key-form" aria-label="Not connected">
      <p role="alert">{refusal}</p>
      {refusedFor === 'full' ? (
        <p className="module-note">It comes by itself as soon as there is room.</p>
      ) : (
        <div className="for-all-keys">
          <Button onClick={onRetry}>Try again</Button>
        </div>
      )}
    </section>
  )
}
