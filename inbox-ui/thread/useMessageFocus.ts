import type { InjectionKey, Ref } from 'vue'
import { onLongPress, useEventListener } from '@vueuse/core'
import { inject, provide, shallowReactive, shallowRef } from 'vue'

/** What messages know of where the hand is. */
export type MessageFocus = {
  /** Ids of those that a pointer or the focus has been at. Only these have tools, which take longer to make than all the rest of a message. */
  near: ReadonlySet<string>
  /** Whose menu is open. */
  menuOf: Ref<string | null>
}

const key: InjectionKey<MessageFocus> = Symbol('message-focus')

export function useMessageTools(): MessageFocus {
  const focus = inject(key)
  if (!focus) throw new Error('Used outside a thread')
  return focus
}

/** Long enough not to be a tap. */
const longPressMs = 420
const steps: Record<string, 1 | -1> = { ArrowDown: 1, ArrowUp: -1 }

/**
 * Makes all messages of a thread one stop for Tab: the one that had the focus last while it is in sight, else the lowest in
 * sight. From there arrows, Home and End go from message to message, and Enter opens a message's menu, as a long press does.
 *
 * @param scroller the view of the thread; an arrow on it leads to its messages as well
 */
export function provideMessageFocus(scroller: Readonly<Ref<HTMLElement | null>>): void {
  const near = shallowReactive(new Set<string>())
  const menuOf = shallowRef<string | null>(null)
  provide(key, { near, menuOf })

  /** The message that Tab stops at. */
  let stop: HTMLElement | null = null

  function hold(message: HTMLElement | null): void {
    if (stop !== message) stop?.setAttribute('tabindex', '-1')
    stop = message
    stop?.setAttribute('tabindex', '0')
  }
  function messageAt(target: EventTarget | null): HTMLElement | null {
    return target instanceof Element ? target.closest<HTMLElement>('[data-message]') : null
  }
  function approach(target: EventTarget | null): void {
    const id = messageAt(target)?.dataset.message
    if (id !== undefined) near.add(id)
  }
  function openMenu(target: EventTarget | null): void {
    approach(target)
    menuOf.value = messageAt(target)?.dataset.message ?? null
  }
  function messages(): HTMLElement[] {
    return [...scroller.value?.querySelectorAll<HTMLElement>('[data-message]') ?? []]
  }
  function isInSight(message: HTMLElement): boolean {
    const view = scroller.value?.getBoundingClientRect()
    const { top, bottom } = message.getBoundingClientRect()
    return view !== undefined && bottom > view.top && top < view.bottom
  }
  function choose(): void {
    if (stop?.isConnected && isInSight(stop)) return
    hold(messages().findLast(isInSight) ?? null)
  }
  function onKeydown(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    const onView = event.target === scroller.value
    const here = event.target instanceof HTMLElement && event.target.dataset.message !== undefined ? event.target : null
    if (!here && !onView) return
    const step = steps[event.key]
    if (here && (event.key === 'Enter' || event.key === 'ContextMenu')) {
      openMenu(here)
    }
    else if (step && onView) {
      choose()
      stop?.focus()
    }
    else if (here && (step || event.key === 'Home' || event.key === 'End')) {
      const all = messages()
      const at = step ? all.indexOf(here) + step : event.key === 'Home' ? 0 : all.length - 1
      all[at]?.focus()
    }
    else {
      return
    }
    event.preventDefault()
  }

  useEventListener(scroller, 'keydown', onKeydown)
  useEventListener(scroller, 'pointerover', ({ target }) => approach(target), { passive: true })
  useEventListener(scroller, 'focusin', ({ target }) => {
    approach(target)
    if (target instanceof HTMLElement && target.dataset.message !== undefined) hold(target)
  })
  // Just before the focus moves: what is in sight then is what counts.
  useEventListener('keydown', ({ key }) => { if (key === 'Tab' && !stop?.contains(document.activeElement)) choose() }, { capture: true })
  onLongPress(scroller, ({ pointerType, target }) => {
    if (pointerType === 'touch') openMenu(target)
  }, { delay: longPressMs })
}
