import { Button, Table } from '@mantine/core'
import { useState } from 'react'
import type { Hop, HopName } from '../../measure/hops.ts'
import type { MeasureResult } from '../../measure/measure.ts'
import type { Player } from '../../player/player.ts'
import { unless } from '../parts/held.ts'
import { useSnapshot } from '../parts/use-snapshot.ts'
import './measure-card.css'

type Stage =
  | { kind: 'idle' }
  | { kind: 'busy' }
  | { kind: 'failed'; words: string }
  | { kind: 'done'; result: MeasureResult }

const NAMES: Record<HopName, { name: string; what: string }> = {
  capture: { name: 'Capture', what: 'from the instrument to the server' },
  server: { name: 'Server', what: 'until it is sent to this page' },
  network: { name: 'Network', what: 'until it arrives in this browser' },
  buffer: { name: 'Buffer', what: 'until it is put out' },
  output: { name: 'Output', what: 'until it is heard, as the device says' },
}

/** Sends a marker through the running path, and shows what it took from hop to hop beside the estimate. */
export function MeasureCard({ player }: { player: Player }) {
  const [stage, setStage] = useState<Stage>({ kind: 'idle' })
  const { playing, delayS } = useSnapshot(player.store, ({ stats: { state, latencyMs } }) => ({
    playing: state === 'playing',
    delayS: Math.floor((latencyMs.total ?? 0) / 1000 + 0.1), // Steady’s 5 s are a little less at times
  }))

  const measure = async () => {
    setStage({ kind: 'busy' })
    try {
      setStage({ kind: 'done', result: await player.measure() })
    } catch (error) {
      setStage({ kind: 'failed', words: error instanceof Error ? error.message : String(error) })
    }
  }

  return (
    <section className="measure-card" aria-label="Measure">
      <Button {...unless(!playing || stage.kind === 'busy', measure)}>Measure</Button>
      <p className="measure-words" role="status">
        {wordsOf(stage, playing, delayS)}
      </p>
      {stage.kind === 'done' && stage.result.detected && <HopTable {...stage.result} />}
    </section>
  )
}

function wordsOf(stage: Stage, playing: boolean, delayS: number): string {
  switch (stage.kind) {
    case 'idle':
      return playing
        ? 'Sends a short quiet noise through the whole path and times it.'
        : 'Press Listen first: what is measured is the path that plays.'
    case 'busy':
      return `Measuring… A short quiet noise was added to everybody’s sound.${later(delayS)}`
    case 'failed':
      return stage.words
    case 'done':
      return stage.result.words
  }
}

/** Who listens with a delay of seconds waits for so long. */
function later(delayS: number): string {
  return delayS === 0 ? '' : ` It is heard here after ${delayS} s.`
}

function HopTable({ hops, totalMs, estimateMs }: Extract<MeasureResult, { detected: true }>) {
  return (
    <Table className="measure-table">
      <Table.Caption>Delay of the marker, hop by hop, in milliseconds</Table.Caption>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Hop</Table.Th>
          <Table.Th scope="col">Measured</Table.Th>
          <Table.Th scope="col">Estimate</Table.Th>
          <Table.Th scope="col">Difference</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {hops.map((hop) => (
          <HopRow key={hop.name} hop={hop} server={hops.find(({ name }) => name === 'server')} />
        ))}
      </Table.Tbody>
      <Table.Tfoot>
        <Table.Tr>
          <Table.Th scope="row">Total</Table.Th>
          <Table.Td>{ms(totalMs)}</Table.Td>
          <Table.Td>{ms(estimateMs)}</Table.Td>
          <Table.Td>{difference(totalMs, estimateMs)}</Table.Td>
        </Table.Tr>
      </Table.Tfoot>
    </Table>
  )
}

/** The estimate knows capture and server as one: its cells span both rows. */
function HopRow({ hop, server }: { hop: Hop; server: Hop | undefined }) {
  const { name, what } = NAMES[hop.name]
  const withServer = hop.name === 'capture' ? (server?.measuredMs ?? 0) : 0
  const rows = hop.name === 'capture' && server ? 2 : 1
  return (
    <Table.Tr>
      <Table.Th scope="row">
        {name} <span className="measure-what">{what}</span>
      </Table.Th>
      <Table.Td>{ms(hop.measuredMs)}</Table.Td>
      {hop.name !== 'server' && (
        <>
          <Table.Td rowSpan={rows}>{ms(hop.estimateMs)}</Table.Td>
          <Table.Td rowSpan={rows}>{difference(hop.measuredMs + withServer, hop.estimateMs)}</Table.Td>
        </>
      )}
    </Table.Tr>
  )
}

function ms(value: number | null): string {
  return value === null ? '–' : `${value.toFixed(1)} ms`
}

function difference(measuredMs: number, estimateMs: number | null): string {
  if (estimateMs === null) return '–'
  const off = measuredMs - estimateMs
  // A true minus sign is as wide as the plus.
  return `${off < 0 ? '−' : '+'}${Math.abs(off).toFixed(1)} ms`
}
