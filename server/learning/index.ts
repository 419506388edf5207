export { createLearner } from './learner.ts'
export { learningRoutes } from './routes.ts'
