export * from './channel.ts'
export * from './errors.ts'
export * from './event-keys.ts'
export * from './registry.ts'
