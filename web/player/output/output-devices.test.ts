// Which output is used when devices come and go, and what is said about it.
import { afterEach, expect, test, vi } from 'vitest'
import { mediaOf, OutputDevices } from './output-devices.ts'

afterEach(() => void vi.unstubAllGlobals())

class FakeMedia extends EventTarget {
  names = true
  outputs = [
    { kind: 'audiooutput', deviceId: 'default', label: 'Default - Speakers' },
    { kind: 'audiooutput', deviceId: 'usb', label: 'USB headphones' },
    { kind: 'audioinput', deviceId: 'mic', label: 'Microphone' },
  ]
  readonly stopped = vi.fn()
  readonly getUserMedia = vi.fn(async (_: unknown) => {
    this.names = true
    return { getTracks: () => [{ stop: this.stopped }] }
  })

  async enumerateDevices() {
    return this.names ? this.outputs : [{ kind: 'audiooutput', deviceId: '', label: '' }]
  }

  /** A device that is plugged in or out. */
  change(outputs: FakeMedia['outputs']): void {
    this.outputs = outputs
    this.dispatchEvent(new Event('devicechange'))
  }
}

function setUp(media = new FakeMedia(), memory = new Map<string, string>()) {
  let current = ''
  const use = vi.fn(async (id: string) => {
    current = id
  })
  const devices = new OutputDevices({
    media: media as never,
    store: {
      getItem: (key) => memory.get(key) ?? null,
      setItem: (key, value) => void memory.set(key, value),
    },
    current: () => current,
    use,
    onChange: () => {},
  })
  const give = (id: string) => {
    current = id
  }
  return { devices, media, memory, use, give }
}

const settled = () => vi.waitFor(() => new Promise((done) => setImmediate(done)))

test('the default comes first, and what is only another name of it is left out', async () => {
  const { devices } = setUp()
  await settled()
  expect(devices.list).toEqual([
    { id: '', name: 'System default' },
    { id: 'usb', name: 'USB headphones' },
  ])
  expect(devices.snapshot()).toMatchObject({ supported: true, chosenId: '', namesHidden: false })
})

test('what was chosen is used on the next visit', async () => {
  const first = setUp()
  await settled()
  await first.devices.choose('usb')
  expect(first.devices.chosenId).toBe('usb')
  const second = setUp(new FakeMedia(), first.memory)
  await settled()
  expect(second.use).toHaveBeenCalledExactlyOnceWith('usb')
  await second.devices.choose('')
  const third = setUp(new FakeMedia(), first.memory)
  await settled()
  expect(third.use).not.toHaveBeenCalled()
})

test('a device that is pulled out gives way to the default, with words, and is used again once it is back', async () => {
  const { devices, media } = setUp()
  await settled()
  await devices.choose('usb')
  const both = media.outputs
  media.change(both.slice(0, 1))
  await settled()
  expect(devices.chosenId).toBe('')
  expect(devices.snapshot().notice).toContain('“USB headphones” is not connected')
  media.change(both)
  await settled()
  expect(devices.chosenId).toBe('usb')
  expect(devices.snapshot().notice).toBeUndefined()
})

test('one that is back while the default is still being opened is used again, and nothing is said of it', async () => {
  const { devices, media, use } = setUp()
  await settled()
  await devices.choose('usb')
  const opened: (() => void)[] = []
  use.mockImplementationOnce(() => new Promise((_, superseded) => opened.push(superseded)))
  const both = media.outputs
  media.change(both.slice(0, 1))
  await settled()
  expect(use).toHaveBeenLastCalledWith('')
  media.change(both)
  await settled()
  expect(use).toHaveBeenLastCalledWith('usb')
  for (const supersede of opened) supersede()
  await settled()
  expect(devices.snapshot()).toMatchObject({ chosenId: 'usb', notice: undefined })
})

test('one that was chosen twice, the list read anew between, and can not be opened, is told of', async () => {
  const { devices, media, use } = setUp()
  await settled()
  let fail = () => {}
  use.mockImplementationOnce(
    () =>
      new Promise((_, no) => {
        fail = () => no(new Error('no'))
      }),
  )
  void devices.choose('usb')
  await settled()
  media.dispatchEvent(new Event('devicechange'))
  await settled()
  void devices.choose('usb')
  await settled()
  fail()
  await settled()
  expect(use).toHaveBeenCalledOnce()
  expect(devices.snapshot().notice).toContain('“USB headphones” could not be opened')
})

test('one that can not be opened leaves the sound where it was, says so, and is not tried at every change', async () => {
  const { devices, media, use } = setUp()
  await settled()
  use.mockRejectedValueOnce(new Error('no'))
  await devices.choose('usb')
  expect(devices.chosenId).toBe('')
  expect(devices.snapshot().notice).toContain('“USB headphones” could not be opened')
  media.change([...media.outputs, { kind: 'audiooutput', deviceId: 'tv', label: 'TV' }])
  await settled()
  expect(use).toHaveBeenCalledTimes(1)
  expect(devices.list).toHaveLength(3)
  expect(devices.snapshot().notice).toContain('could not be opened')
  await devices.choose('usb')
  expect(devices.chosenId).toBe('usb')
  expect(devices.snapshot().notice).toBeUndefined()
})

test('one that had to be given up is said, is not tried at every change, and is used when somebody asks', async () => {
  const { devices, media, use, give } = setUp()
  await settled()
  await devices.choose('usb')
  use.mockClear()
  give('')
  devices.givenUp()
  expect(devices.snapshot()).toMatchObject({ chosenId: '' })
  expect(devices.snapshot().notice).toContain('“USB headphones” can not be opened any more')
  media.change([...media.outputs])
  await settled()
  expect(use).not.toHaveBeenCalled()
  await devices.choose('usb')
  expect(use).toHaveBeenCalledExactlyOnceWith('usb')
  expect(devices.snapshot()).toMatchObject({ chosenId: 'usb', notice: undefined })
})

test('names that are hidden come with the permission, and the microphone is let go at once', async () => {
  const media = new FakeMedia()
  media.names = false
  const { devices } = setUp(media)
  await settled()
  expect(devices.snapshot()).toMatchObject({ namesHidden: true, list: [{ id: '' }] })
  await devices.askForNames()
  expect(media.stopped).toHaveBeenCalledOnce()
  expect(devices.snapshot()).toMatchObject({ namesHidden: false, list: [{ id: '' }, { id: 'usb' }] })
})

test.each([
  ['NotAllowedError', 'Allow it for this page'],
  ['NotFoundError', 'No microphone was found'],
])('a microphone that is not had (%s) is told', async (name, words) => {
  const { devices, media } = setUp()
  await settled()
  media.getUserMedia.mockRejectedValueOnce(Object.assign(new Error(), { name }))
  await devices.askForNames()
  expect(devices.snapshot().notice).toContain(words)
})

test('what is remembered is not used while the browser hides it, nor what is no memory', async () => {
  const hidden = new FakeMedia()
  hidden.names = false
  const stored = (text: string) => new Map([['backline.output', text]])
  const before = setUp(hidden, stored('[["chosen",{"id":"usb","name":"USB headphones"}]]'))
  await settled()
  expect(before.use).not.toHaveBeenCalled()
  expect(before.devices.snapshot().notice).toContain('can not be used until the browser shows the outputs')
  for (const text of ['{', '[["chosen",{"id":7,"name":"x"}]]']) {
    const { use, devices } = setUp(new FakeMedia(), stored(text))
    await settled()
    expect(use).not.toHaveBeenCalled()
    expect(devices.snapshot().notice).toBeUndefined()
  }
})

test('a browser whose contexts have no choice of output has none', () => {
  const media = new FakeMedia()
  class Context {
    setSinkId() {}
  }
  expect(mediaOf({ AudioContext: Context, navigator: { mediaDevices: media } })).toBe(media)
  expect(mediaOf({ AudioContext: class {}, navigator: { mediaDevices: media } })).toBeUndefined()
  expect(mediaOf({ AudioContext: Context, navigator: {} })).toBeUndefined()
  expect(mediaOf({ AudioContext: 1 })).toBeUndefined()
})
