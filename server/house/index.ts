export { pieceWords } from './piece-words.ts'
export { houseRoutes } from './routes.ts'
export { templateThrough } from './templates.ts'
