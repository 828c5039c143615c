// Fallback where there is no C compiler: one thread (run under chrt where that is allowed) that wakes every
// millisecond and prints what stall-monitor.c prints. Sees a stall of one CPU only when it happens to be on it.
const cell = new Int32Array(new SharedArrayBuffer(4))
const nowMs = () => Number(process.hrtime.bigint()) / 1e6
process.stdout.write('ready\n')
let next = nowMs()
for (;;) {
  next += 1
  Atomics.wait(cell, 0, 0, Math.max(0, next - nowMs()))
  const lateMs = nowMs() - next
  if (lateMs > 2) {
    process.stdout.write(`stall 0 ${next.toFixed(2)} ${lateMs.toFixed(2)}\n`)
    next += lateMs
  }
}
