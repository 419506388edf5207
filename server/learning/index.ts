export { decideContact } from './contacts/decide.ts'
export { orderForContact } from './contacts/order.ts'
export { createLearner } from './learner.ts'
export { learningRoutes } from './routes.ts'
