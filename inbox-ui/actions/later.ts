export type LaterChoice = { id: 'soon' | 'evening' | 'tomorrow' | 'weekend' | 'nextWeek' | 'twoWeeks', at: string }

/** Times that people mean by 'later', in the reader's zone, soonest first. Those that have passed today are left out. */
export function laterChoices(now: number): LaterChoice[] {
  const at = (days: number, hour: number) => {
    const d = new Date(now)
    d.setDate(d.getDate() + days)
    d.setHours(hour, 0, 0, 0)
    return d.getTime()
  }
  const weekday = new Date(now).getDay()
  const toSaturday = (6 - weekday + 7) % 7 || 7
  const toMonday = (1 - weekday + 7) % 7 || 7
  const choices: [LaterChoice['id'], number][] = [
    ['soon', now + 3 * 3_600_000],
    ['evening', at(0, 18)],
    ['tomorrow', at(1, 10)],
    ['weekend', at(toSaturday, 11)],
    ['nextWeek', at(toMonday, 10)],
    ['twoWeeks', at(14, 10)],
  ]
  return choices
    .filter(([id, time]) => id !== 'evening' || time > now + 3_600_000)
    .sort((a, b) => a[1] - b[1])
    .map(([id, time]) => ({ id, at: new Date(time).toISOString() }))
}
