export { createReadMarks } from './read-marks.ts'
export { outboxRoutes } from './routes.ts'
export { createSender } from './sender.ts'
export { applyStatuses } from './status.ts'
