/** What a store tells of itself: never a value of a query or a document. */
export type LogEntry
  = | { event: 'slow query', command: string, namespace: string, millis: number, keysExamined: number, docsExamined: number, /** Why it was slow. */ plan: string, /** Its filter without values. */ filter: string, sort: string }
    /** Writes are refused, for want of room or because the disk does not take them. */
    | { event: 'writes refused', command: string, reason: string }
    /** An error that is nobody's answer: where it happened, without its message, which may hold values. */
    | { event: 'unexpected error', command: string, name: string, at: string }

export type Log = (entry: LogEntry) => void
