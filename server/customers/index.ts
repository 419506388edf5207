export { customerRoutes } from './routes.ts'
export { visibleCustomer } from './visible.ts'
export type { Known } from './visible.ts'
