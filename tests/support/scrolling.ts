import type { Page } from 'playwright-core'

/** What one sees while something scrolls. */
type Frames = {
  /** Milliseconds a frame took: half of them less, one in twenty more. */
  median: number
  slow: number
  /** Most elements that were in the document at any time. */
  most: number
  /** Frames in which something in sight was not drawn. */
  blank: number
}

/** Scrolls by `step` with every frame, and asks in each what stands at five heights of the view. */
export function scroll(page: Page, selector: string, counted: string, step: number, frames: number): Promise<Frames> {
  return page.evaluate(async ([selector, counted, step, frames]) => {
    const inner = document.querySelector(selector)!
    const el = inner.closest<HTMLElement>('.overflow-y-auto')!
    const { top, left, width, height } = el.getBoundingClientRect()
    const isEmpty = (part: number) => {
      const hit = document.elementFromPoint(left + width / 2, top + height * part)
      return !hit || hit === el || hit === inner || hit.closest('div[aria-hidden=true], .skeleton') !== null
    }
    const times: number[] = []
    let most = 0
    let blank = 0
    let last = performance.now()
    for (let i = 0; i < frames; i++) {
      el.scrollTop += step
      await new Promise(requestAnimationFrame)
      const now = performance.now()
      times.push(now - last)
      most = Math.max(most, document.querySelectorAll(counted).length)
      if ([0.1, 0.3, 0.5, 0.7, 0.9].some(isEmpty)) blank++
      last = performance.now()
    }
    times.sort((a, b) => a - b)
    return { median: times[Math.floor(frames / 2)]!, slow: times[Math.floor(frames * 0.95)]!, most, blank }
  }, [selector, counted, step, frames] as const)
}

/** Goes to an end again and again until `until` is loaded, and tells the most elements that were there at any time. */
export function loadAll(page: Page, selector: string, counted: string, to: 'top' | 'bottom', until: string): Promise<number> {
  return page.evaluate(async ([selector, counted, to, until]) => {
    let most = 0
    const stop = Date.now() + 60_000
    while (Date.now() < stop && !document.querySelector(selector)!.textContent.includes(until)) {
      const el = document.querySelector(selector)!.closest<HTMLElement>('.overflow-y-auto')!
      el.scrollTop = to === 'top' ? 0 : el.scrollHeight
      await new Promise(resolve => setTimeout(resolve, 20))
      most = Math.max(most, document.querySelectorAll(counted).length)
    }
    return most
  }, [selector, counted, to, until] as const)
}
