import { PROTOCOL_VERSION } from '../../src/shared/wire/control.ts'

/** For tests: an `audio_config` of stream 7 at 44.1 kHz. */
export function fakeConfig(packetFrames: number) {
  return {
    type: 'audio_config',
    protocol: PROTOCOL_VERSION,
    serverVersion: '0',
    session: 'main',
    streamId: 7,
    rung: 'pcm16',
    rungs: ['pcm16'],
    rateHz: 44_100,
    channels: 2,
    packetFrames,
    position: 0,
    captureUs: 0,
    source: { input: 'synth', name: 'Demo synth' },
  }
}
