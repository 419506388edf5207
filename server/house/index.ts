export { importHouse } from './import.ts'
export { pieceWords } from './piece-words.ts'
export { houseRoutes } from './routes.ts'
export { channelView, houseSetting, houseView, pieceView } from './view.ts'
