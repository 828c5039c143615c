// Thread: a worker of its own. Paints the level meter where it disturbs neither the page nor what puts the page together.

import { MeterLoop } from './meter-loop.ts'
import { MeterPainter } from './meter-painter.ts'
import type { ToMeter } from './meter-screen.ts'

let canvas: OffscreenCanvas | undefined
let painter: MeterPainter | undefined
let loop: MeterLoop | undefined

addEventListener('message', ({ data }: MessageEvent<ToMeter>) => {
  switch (data.kind) {
    case 'canvas': {
      canvas = data.canvas
      const context = canvas.getContext('2d')
      if (!context) break
      painter = new MeterPainter(context)
      loop = new MeterLoop(painter, (peak) => postMessage(peak))
      break
    }
    case 'size':
      if (!canvas) break
      canvas.width = data.width
      canvas.height = data.height
      painter?.resize(data.widthPx, data.scale)
      break
    case 'run':
      loop?.run(data)
      break
    case 'hold':
      loop?.hold()
      break
    case 'rest':
      loop?.rest()
      break
  }
})
