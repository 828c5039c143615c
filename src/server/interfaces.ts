import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os'

export type Interfaces = NodeJS.Dict<NetworkInterfaceInfo[]>

export interface SeenInterfaces {
  readonly interfaces: Interfaces
  /** Why there are none, in the system's words; undefined: it told. */
  readonly fault: string | undefined
}

/** Which addresses this computer has now; a service that is locked in may not ask its system. Never throws. */
export function readInterfaces(): SeenInterfaces {
  try {
    return { interfaces: networkInterfaces(), fault: undefined }
  } catch (error) {
    return { interfaces: {}, fault: (error as Error).message }
  }
}
