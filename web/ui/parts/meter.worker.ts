// Thread: a worker of its own. Paints the level meter where it disturbs neither the page nor what puts the page together.

import { MeterPainter } from './meter-painter.ts'
import type { ToMeter } from './meter-screen.ts'

let canvas: OffscreenCanvas | undefined
let painter: MeterPainter | undefined

addEventListener('message', ({ data }: MessageEvent<ToMeter>) => {
  switch (data.kind) {
    case 'canvas': {
      canvas = data.canvas
      const context = canvas.getContext('2d')
      painter = context ? new MeterPainter(context) : undefined
      break
    }
    case 'size':
      if (!canvas) break
      canvas.width = data.width
      canvas.height = data.height
      painter?.resize(data.widthPx, data.scale)
      break
    case 'peaks':
      painter?.update(data.left, data.right, data.elapsedMs)
      break
    case 'rest':
      painter?.rest()
      break
  }
})
