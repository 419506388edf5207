import type { App, InjectionKey } from 'vue'
import { inject } from 'vue'

/**
 * One thing that the whole application shares, made when the application is made and found by `use`.
 * Two applications in one process (as in tests) never share it.
 */
export function shared<T>(name: string) {
  const key: InjectionKey<T> = Symbol(name)
  return {
    provide: (app: App, value: T) => { app.provide(key, value) },
    use(): T {
      const value = inject(key)
      if (value === undefined) throw new Error(`${name} was not provided`)
      return value
    },
  }
}
