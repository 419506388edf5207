import type { Component, ComputedRef } from 'vue'
import type { ShortcutId } from '../shell/shortcuts.ts'
import { AlarmClock, ArrowDownToLine, ChartSpline, Check, Inbox, Keyboard, LogOut, Merge, MessageSquareReply, PanelRight, Search, Settings2, StickyNote, SunMoon, UserRoundCheck } from '@lucide/vue'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import { queueNames } from '#contracts'
import { useSignOut } from '../accounts/useSignOut.ts'
import { useSession } from '../api/queries.ts'
import { useInboxRoute } from '../list/useInboxRoute.ts'
import { shortcuts } from '../shell/shortcuts.ts'
import { useShortcutRegistry } from '../shell/useShortcuts.ts'

export type Command = { id: string, label: string, icon: Component, keys?: string, run: () => void }

/** Commands whose words hold all that was typed, in any order. */
export function filterCommands(commands: Command[], words: string): Command[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
  return commands.filter(command => wanted.every(word => command.label.toLowerCase().includes(word)))
}

/** What can be done from where one stands. Commands of a conversation are there only while one is open. */
export function useCommands(): ComputedRef<Command[]> & { open: (conversationId: string) => void, findPiece: (name: string) => void } {
  const { t } = useI18n()
  const router = useRouter()
  const registry = useShortcutRegistry()
  const signOut = useSignOut()
  const { me } = useSession()
  const { conversationId, openQueue, queue } = useInboxRoute()

  const fromKey = (id: ShortcutId, icon: Component): Command => ({ id, label: t(`keys.${id}`), icon, keys: shortcuts.find(s => s.id === id)!.keys[0], run: () => registry.run(id) })
  const list = computed<Command[]>(() => [
    ...(conversationId.value
      ? [fromKey('reply', MessageSquareReply), fromKey('note', StickyNote), fromKey('assign', UserRoundCheck), fromKey('snooze', AlarmClock), fromKey('close', Check), fromKey('merge', Merge), fromKey('context', PanelRight), fromKey('bottom', ArrowDownToLine)]
      : []),
    ...queueNames.map(name => ({ id: `queue:${name}`, label: t('palette.goTo', { queue: t(`queue.${name}`) }), icon: Inbox, run: () => { void openQueue(name) } })),
    fromKey('search', Search),
    fromKey('theme', SunMoon),
    fromKey('help', Keyboard),
    ...(me.value && me.value.role !== 'advisor' ? [{ id: 'readiness', label: t('rail.readiness'), icon: ChartSpline, run: () => { void router.push('/readiness') } }] : []),
    { id: 'settings', label: t('rail.settings'), icon: Settings2, run: () => { void router.push('/settings') } },
    { id: 'sign-out', label: t('rail.signOut'), icon: LogOut, run: () => { void signOut() } },
  ])
  return Object.assign(list, {
    open: (id: string) => { void router.push({ name: 'inbox', params: { queue: queue.value, conversationId: id } }) },
    findPiece: (name: string) => { void router.push({ name: 'inbox', params: { queue: 'all', conversationId: '' }, query: { q: name } }) },
  })
}
