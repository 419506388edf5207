export { createMediaFetcher } from './fetcher.ts'
export { readFile } from './files.ts'
export { mediaRoutes } from './routes.ts'
