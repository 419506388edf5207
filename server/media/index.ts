export { createMediaFetcher, type MediaFetcher } from './fetcher.ts'
export { keepFile, readFile } from './files.ts'
export { mediaRoutes } from './routes.ts'
export { sniff } from './sniff.ts'
