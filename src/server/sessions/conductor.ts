import { SCHEDULE_LEAD_MS, type Transport } from '../../shared/wire/room-schema.ts'
import type { Group, Scene } from './group.ts'
import { type Groups, heardIn } from './groups.ts'
import type { Plan, Wish } from './room/timeline.ts'
import { TransportError } from './room/transport-error.ts'

/** What nobody has asked for is announced so far ahead: as soon as it can be. */
const SOON_US = 300_000

export interface ConductorOptions extends Groups {
  scene: () => Scene
  /** Something else is heard from some time on. */
  changed: () => void
}

/** A change of the transport as it will be heard. */
export interface Announced extends Wish {
  backMs: number
  /** What will be other than was wished, for a person; empty: nothing. */
  note: string
}

/** What all groups hear when: a change is one in all of them, or none. */
export class Conductor {
  readonly #options: ConductorOptions
  #pauseWhenLow = false

  constructor(options: ConductorOptions) {
    this.#options = options
  }

  /** Everybody waits when one steady listener has hardly anything left. */
  get pauseWhenLow(): boolean {
    return this.#pauseWhenLow
  }

  /** Off: what was paused for that goes on with the next step. */
  set pauseWhenLow(on: boolean) {
    this.#pauseWhenLow = on
  }

  /** Throws TransportError, and then nothing has changed. */
  announce({ action, atUs, inMs = SCHEDULE_LEAD_MS, backMs }: Omit<Transport, 'type'>): Announced {
    const heardUs = atUs ?? this.#options.scene().nowUs + inMs * 1000
    const wish = { action, atUs: heardUs, ...(backMs === undefined ? {} : { backMs }) }
    const plan = this.#takesOver(wish) ?? this.#do(wish)
    this.#options.steady.low.overruled()
    return { action, atUs: heardUs, backMs: plan.backMs, note: plan.note }
  }

  /** A few times a second. */
  step(nowUs: number): void {
    const { low, schedule, held, timeline } = this.#options.steady
    const action = this.#pauseWhenLow ? low.step(held, schedule.toMs, nowUs) : low.stop()
    if (action === undefined) return
    // What a person has paused or announced stays as it is, and is not gone on with here either.
    const isTheirs = !timeline.playing(nowUs) || timeline.scheduled(nowUs) !== null
    if (action === 'pause' && isTheirs) {
      low.overruled()
      return
    }
    try {
      this.#do({ action, atUs: nowUs + SOON_US })
    } catch (error) {
      // It is so already, or the source has gone: then there is nothing to wait for.
      if (!(error instanceof TransportError)) throw error
      low.overruled()
    }
  }

  /** Paused for who runs low, it would go on by itself: from a person's pause on it does not, and nothing else changes. */
  #takesOver({ action }: Wish): Pick<Plan, 'backMs' | 'note'> | undefined {
    const { low, timeline } = this.#options.steady
    const { nowUs } = this.#options.scene()
    const isPaused = low.pausing && !timeline.playing(nowUs) && timeline.scheduled(nowUs) === null
    return action === 'pause' && isPaused ? { backMs: timeline.backMs(nowUs), note: '' } : undefined
  }

  /** All go back as far as the one that can least: what is played when is the same in all. */
  #do(wish: Wish): Pick<Plan, 'backMs' | 'note'> {
    const { together, steady, changed } = this.#options
    const scene = this.#options.scene()
    const heard = heardIn(this.#options, scene, wish.atUs)
    const most = Math.min(...heard.map((group) => group.timeline.mostFrames(wish.atUs, group.stage(scene))))
    const plan = (group: Group) => group.timeline.plan(wish, group.stage(scene), most)
    const plans = new Map([together, steady].map((group) => [group, plan(group)]))
    for (const [group, planned] of plans) group.apply(planned)
    changed()
    const answers = heard.flatMap((group) => plans.get(group) ?? [])
    return {
      backMs: Math.min(...answers.map(({ backMs }) => backMs)),
      note: answers.find(({ note }) => note !== '')?.note ?? '',
    }
  }
}
