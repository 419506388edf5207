import type { Component } from 'vue'
import type { SignalType } from '#contracts'
import { BadgePercent, Ban, CalendarCheck, CalendarX, Columns2, Eye, Heart, Link, MapPin, Megaphone, MessageCircleWarning, Phone, PiggyBank, QrCode, Repeat2, Share2, ShoppingBag, Sparkles, Store, Tag, Wrench } from '@lucide/vue'

const icons: Partial<Record<SignalType, Component>> = {
  piece_viewed: Repeat2,
  catalogue_opened: Eye,
  compared: Columns2,
  wishlist: Heart,
  like: Heart,
  shared: Share2,
  locator: MapPin,
  directions: MapPin,
  call: Phone,
  appointment_asked: CalendarCheck,
  appointment_booked: CalendarCheck,
  appointment_moved: CalendarCheck,
  appointment_kept: CalendarCheck,
  appointment_missed: CalendarX,
  walk_in: Store,
  order: ShoppingBag,
  purchase: ShoppingBag,
  return: ShoppingBag,
  repair_intake: Wrench,
  repair_bench: Wrench,
  repair_done: Wrench,
  repair_ready: Wrench,
  scheme_instalment: PiggyBank,
  scheme_maturity: PiggyBank,
  link_opened: Link,
  qr_scanned: QrCode,
  ad_clicked: Megaphone,
  opt_out: Ban,
  complaint: MessageCircleWarning,
  price_asked: Tag,
  quote_placed: Tag,
  quote_lapsed: Tag,
  price_changed: BadgePercent,
}

export function signalIcon(signal: SignalType): Component {
  return icons[signal] ?? Sparkles
}
