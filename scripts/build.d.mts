/** Builds the product into `dist/`; with `ifStale` only when a source has changed. Gives whether it built. */
export function build(options?: { ifStale?: boolean, quiet?: boolean }): Promise<boolean>

/** Whether a source has changed since the last build, or nothing was built yet. */
export function isStale(): boolean
