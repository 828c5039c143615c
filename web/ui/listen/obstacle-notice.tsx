import type { Obstacle } from '../../player/capability.ts'

/** Instead of the button: why there is no sound to be had here, and what to do. */
export function ObstacleNotice({ obstacle: { title, why, remedies } }: { obstacle: Obstacle }) {
  return (
    <section className="obstacle" role="alert">
      <h2>{title}</h2>
      <p>{why}</p>
      <ul>
        {remedies.map((remedy) => (
          <li key={remedy}>{remedy}</li>
        ))}
      </ul>
    </section>
  )
}
