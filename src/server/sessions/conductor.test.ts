import { describe, expect, test } from 'vitest'
import { RATE_HZ, roomRig } from './fixtures/room-rig.ts'

describe('who runs low', () => {
  const lowRoom = () => {
    const it = roomRig()
    const boss = it.join('live', null, 'controller')
    const [well, low] = [it.join('steady', { heldMs: 4500 }), it.join('steady', { heldMs: 4500 })]
    it.room.setRoom(boss.listener, { pauseWhenLow: true })
    it.pass(3)
    const holds = (heldMs: number) => it.reports.set(low.listener, { heldMs })
    const all = (heldMs: number) => {
      holds(heldMs)
      it.reports.set(well.listener, { heldMs })
    }
    return { ...it, boss, well, low, holds, all }
  }

  test('pauses all, where that is wanted, until it has enough again', () => {
    const { pass, well, holds } = lowRoom()
    holds(900)
    pass(2)
    expect(well.state()?.playing).toBe(false)
    holds(3500)
    pass(2)
    expect(well.state()).toMatchObject({ playing: true })
  })

  test('while a person has paused the room does not end that', () => {
    const { room, pass, boss, well, holds } = lowRoom()
    room.transport(boss.listener, { action: 'pause', inMs: 500 })
    pass(2)
    holds(900)
    pass(5)
    holds(4500)
    pass(5)
    expect(well.state()?.playing).toBe(false)
  })

  test('and is waited for does not make the room go on once a person has paused it', () => {
    const { room, pass, boss, well, holds } = lowRoom()
    holds(900)
    pass(2)
    expect(well.state()?.playing).toBe(false)
    expect(room.transport(boss.listener, { action: 'pause', inMs: 500 })).toMatchObject({ action: 'pause' })
    holds(4500)
    pass(40)
    expect(well.state()?.playing).toBe(false)
    room.transport(boss.listener, { action: 'play', inMs: 500 })
    pass(1)
    expect(well.state()?.playing).toBe(true)
  })

  test('takes nothing back that a person has announced, and pauses after that', () => {
    const { room, pass, boss, well, holds } = lowRoom()
    room.transport(boss.listener, { action: 'pause', inMs: 500 })
    pass(2)
    const { atUs } = room.transport(boss.listener, { action: 'play', inMs: 6000 })
    holds(900)
    pass(4)
    expect(well.state()?.scheduled).toMatchObject({ action: 'play', atUs })
    pass(2.1)
    expect(well.state()?.playing).toBe(true)
    pass(1)
    expect(well.state()?.playing).toBe(false)
    holds(4500)
    pass(2)
    expect(well.state()?.playing).toBe(true)
  })

  test('is nobody while a new stream fills what they hold, though all had enough of the one before', () => {
    const { room, pass, well, all } = lowRoom()
    room.end()
    pass(1.5)
    room.begin(8, RATE_HZ, 120)
    pass(0.5)
    all(0)
    pass(5)
    expect(well.state()).toMatchObject({ playing: true, scheduled: null, backMs: 0 })
    all(4500)
    pass(2)
    all(900)
    pass(2)
    expect(well.state()?.playing).toBe(false)
  })

  test('is nobody who has not had enough yet of a delay that was set to far more', () => {
    const { room, pass, boss, well, all } = lowRoom()
    room.setRoom(boss.listener, { steadyMs: 20_000 })
    pass(5)
    expect(well.state()).toMatchObject({ playing: true, delay: { toMs: 20_000 } })
    all(19_000)
    pass(2)
    all(4000)
    pass(2)
    expect(well.state()?.playing).toBe(false)
  })

  test('holds nobody up any more once it does not matter', () => {
    const { room, pass, boss, well, holds } = lowRoom()
    holds(900)
    pass(2)
    room.setRoom(boss.listener, { pauseWhenLow: false })
    pass(1)
    expect(well.state()).toMatchObject({ playing: true, scheduled: null })
    room.transport(boss.listener, { action: 'pause', inMs: 500 })
    pass(2)
    room.setRoom(boss.listener, { pauseWhenLow: true })
    room.setRoom(boss.listener, { pauseWhenLow: false })
    pass(2)
    expect(well.state()?.playing).toBe(false)
  })

  test('is waited for as long as one that is slow, and then not before it has had enough', () => {
    const { pass, well, low, holds } = lowRoom()
    holds(900)
    pass(2)
    holds(2900)
    pass(27)
    expect([well.state()?.playing, low.state()?.status]).toEqual([false, 'active'])
    pass(3)
    expect(well.state()?.playing).toBe(true)
    holds(100)
    pass(10)
    expect(well.state()?.playing).toBe(true)
    holds(3500)
    pass(2)
    holds(100)
    pass(2)
    expect(well.state()?.playing).toBe(false)
  })
})
