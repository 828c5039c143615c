import './live-figure.css'

interface LiveFigureProps {
  text: string
  className?: string
}

/**
 * A figure that changes while what is around it stays: it lies over a room of its width, which zeros keep for it. In the flow each change
 * would be a layout, and after that all that is around it is painted anew, shadows included. Without graphics hardware that holds the
 * page's thread for 30 to 50 ms, and in WebKit the packets of a worker's socket come through that thread.
 */
export function LiveFigure({ text, className = '' }: LiveFigureProps) {
  return (
    <span className={`live-figure ${className}`} data-room={text.replace(/\d/g, '0')}>
      <span className="live-figure-text">{text}</span>
    </span>
  )
}
