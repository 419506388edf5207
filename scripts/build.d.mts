/** Builds the product into `dist/`; with `ifStale` only when a source has changed. Gives whether it built. */
export function build(options?: { ifStale?: boolean, quiet?: boolean }): Promise<boolean>
