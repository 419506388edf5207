export { buildApp } from './app.ts'
export type { BuildOptions, LoupeApp, StartOptions } from './app.ts'
export { ConfigError, loadConfig, readEnvironment } from './platform/config.ts'
export type { Config } from './platform/config.ts'
