import type { InputDevice, SourceInfo } from '../../shared/capture-messages.ts'
import type { CaptureView } from '../../shared/wire/console-messages.ts'
import type { CaptureSupervisor } from '../capture-supervisor.ts'
import type { SourceStatus } from '../sessions/source-status.ts'

/** The source and its child as a console shows them. */
export function captureView(capture: CaptureSupervisor, status: Readonly<SourceStatus>): CaptureView {
  const { wanted, settings, restarts, devices } = capture
  const { state, message, info, streamId } = status
  return {
    state,
    message,
    wanted,
    capture: settings.capture,
    device: settings.device,
    hasCommand: settings.command !== '',
    source: info ?? null,
    streamId: streamId ?? null,
    restarts,
    child: childView(capture.child),
    devices: devices === undefined ? null : withOwn(devices, state === 'running' ? info : undefined),
  }
}

/** Changes when somebody should hear of it at once; figures that only grow are left out. */
export function captureRevision(capture: CaptureSupervisor, status: Readonly<SourceStatus>): string {
  const { wanted, settings, restarts, pid, devices } = capture
  const { state, message, streamId } = status
  const names = devices?.map(({ name }) => name)
  return JSON.stringify([
    wanted,
    settings.capture,
    settings.device,
    restarts,
    pid,
    state,
    message,
    streamId,
    names,
  ])
}

function childView(child: CaptureSupervisor['child']): CaptureView['child'] {
  if (child?.pid === undefined) return null
  const { pid, startedAtMs, counters, facts } = child
  return {
    pid,
    upSeconds: Math.round((performance.now() - startedAtMs) / 100) / 10,
    cpuPercent: facts?.cpuPercent ?? null,
    rssMb: facts?.rssMb ?? null,
    counters: counters ?? null,
    intervals: facts?.intervals ?? null,
  }
}

/** A device that is in use may not show itself to another process. */
function withOwn(devices: readonly InputDevice[], source: SourceInfo | undefined): InputDevice[] {
  if (source?.input !== 'device' || devices.some(({ name }) => name === source.name)) return [...devices]
  const { name, channels, rateHz } = source
  return [{ name, channels, rateHz, api: '' }, ...devices]
}
