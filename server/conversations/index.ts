export { box, boxesOf, queuesOf, tagBox } from './boxes.ts'
export type { BoxQueue, Scope } from './boxes.ts'
export { searchKeysOf, withName, withTags } from './search-keys.ts'
export type { Findable } from './search-keys.ts'
