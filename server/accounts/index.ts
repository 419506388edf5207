export * from './authentication.ts'
export * from './guards.ts'
export * from './policy.ts'
export * from './scopes.ts'
