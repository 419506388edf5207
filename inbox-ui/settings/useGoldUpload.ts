import type { GoldCheck, GoldProblem } from '#contracts'
import type { FileProblem } from './goldFile.ts'
import { useQueryClient } from '@tanstack/vue-query'
import { ref } from 'vue'
import { useApi } from '../api/client.ts'
import { ApiFailure } from '../api/http.ts'
import { keys } from '../api/keys.ts'
import { readTable } from './goldFile.ts'

/** What is wrong: with a line of the table, or (without one) with the file. */
export type TableProblem = Pick<GoldProblem, 'value'> & { line: number | null, code: GoldProblem['code'] | FileProblem }

/** Where adding a table stands: it is chosen, looked through, shown, and taken over when somebody says so. */
export type UploadStep
  = | { kind: 'idle' }
    | { kind: 'checking', file: string }
    | { kind: 'problems', file: string, problems: TableProblem[], count: number }
    | { kind: 'preview', file: string, csv: string, check: GoldCheck, busy: boolean }

/** Adds tables of gold prices. `onFailure` hears when the server could not be asked, with nothing taken over. */
export function useGoldUpload({ onTaken, onFailure }: { onTaken: (days: number) => void, onFailure: () => void }) {
  const api = useApi()
  const queries = useQueryClient()
  const step = ref<UploadStep>({ kind: 'idle' })
  /** A table that is chosen while another one is looked through takes its place. */
  let turn = 0

  async function choose(file: File): Promise<void> {
    const mine = ++turn
    step.value = { kind: 'checking', file: file.name }
    const read = await readTable(file)
    const next = 'problem' in read ? problemsOf(file.name, [{ line: null, code: read.problem, value: file.name }]) : await look(file.name, read.csv)
    if (mine === turn) step.value = next
  }

  async function look(file: string, csv: string): Promise<UploadStep> {
    try {
      const check = await api.checkGold(csv)
      return check.problemCount > 0 ? problemsOf(file, check.problems, check.problemCount) : { kind: 'preview', file, csv, check, busy: false }
    }
    catch (error) {
      if (error instanceof ApiFailure && error.status === 413) return problemsOf(file, [{ line: null, code: 'too_large', value: file }])
      onFailure()
      return { kind: 'idle' }
    }
  }

  async function confirm(): Promise<void> {
    const shown = step.value
    if (shown.kind !== 'preview' || shown.busy) return
    step.value = { ...shown, busy: true }
    try {
      const { stored } = await api.importGold(shown.csv)
      step.value = { kind: 'idle' }
      onTaken(stored)
      await queries.invalidateQueries({ queryKey: keys.goldPrices })
    }
    catch {
      // What was shown stays, to be tried again: taking a table twice is taking it once.
      step.value = { ...shown, busy: false }
      onFailure()
    }
  }

  function cancel(): void {
    turn++
    step.value = { kind: 'idle' }
  }
  return { step, choose, confirm, cancel }
}

function problemsOf(file: string, problems: TableProblem[], count = problems.length): UploadStep {
  return { kind: 'problems', file, problems, count }
}
