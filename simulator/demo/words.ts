import type { HouseImport } from '#contracts'

export const demoTemplates: NonNullable<HouseImport['templates']> = [
  { id: 'visit-invitation-en', name: 'visit_invitation', language: 'en', category: 'marketing', body: 'Hello {{1}}, the {{2}} you looked at is back in {{3}}. It stays aside for you until {{4}}. Shall I keep an hour free?', params: ['name', 'piece', 'store', 'day'] },
  { id: 'visit-invitation-ar', name: 'visit_invitation', language: 'ar', category: 'marketing', body: 'مرحباً {{1}}، القطعة التي أعجبتكم {{2}} متوفرة الآن في {{3}} ومحجوزة لكم حتى {{4}}. هل نحجز لكم موعداً؟', params: ['name', 'piece', 'store', 'day'] },
  { id: 'visit-invitation-id', name: 'visit_invitation', language: 'id', category: 'marketing', body: 'Halo {{1}}, {{2}} yang Anda lihat sudah kembali di {{3}}. Kami simpan untuk Anda sampai {{4}}. Boleh saya siapkan waktu?', params: ['name', 'piece', 'store', 'day'] },
  { id: 'appointment-reminder-en', name: 'appointment_reminder', language: 'en', category: 'utility', body: 'Dear {{1}}, we look forward to seeing you at {{2}} on {{3}} at {{4}}. Reply here if another time suits you better.', params: ['name', 'store', 'day', 'time'] },
  { id: 'appointment-reminder-hi', name: 'appointment_reminder', language: 'hi', category: 'utility', body: '{{1}} जी, {{2}} में {{3}} को {{4}} बजे आपका स्वागत है। समय बदलना हो तो यहीं लिख दीजिए।', params: ['name', 'store', 'day', 'time'] },
  { id: 'repair-ready-en', name: 'repair_ready', language: 'en', category: 'utility', body: 'Dear {{1}}, your {{2}} is polished, checked and ready at {{3}}. We are open until {{4}} today.', params: ['name', 'piece', 'store', 'time'] },
  { id: 'scheme-maturity-en', name: 'scheme_maturity', language: 'en', category: 'utility', body: 'Dear {{1}}, your gold scheme matures on {{2}} with {{3}} g to your name. Come by whenever it suits you, there is no hurry.', params: ['name', 'day', 'grams'] },
  { id: 'price-answer-en', name: 'price_answer', language: 'en', category: 'utility', body: 'Hello {{1}}, you asked about {{2}}. Today it is {{3}}, making included. The certificate is with us and I can send it here.', params: ['name', 'piece', 'price'] },
  { id: 'anniversary-en', name: 'anniversary_note', language: 'en', category: 'marketing', body: 'Dear {{1}}, a year since {{2}} left our counter. If it would like its yearly cleaning, we do it while you have coffee.', params: ['name', 'piece'] },
]

export const demoQuickReplies: NonNullable<HouseImport['quickReplies']> = [
  { id: 'hours-bandra', shortcut: 'hours-bandra', text: 'We are at 14 Waterfield Road, Bandra West, every day from 11:00 to 20:30. Valet at the door.' },
  { id: 'hours-dubai', shortcut: 'hours-dubai', text: 'You find us at Gate Village 6, Saturday to Thursday 10:00 to 22:00, Friday from 16:00.' },
  { id: 'hours-orchard', shortcut: 'hours-orchard', text: 'We are on level 2 of 290 Orchard Road, daily from 11:00 to 20:00.' },
  { id: 'no-hurry', shortcut: 'no-hurry', text: 'No hurry at all. I am here whenever you wish to look again.' },
  { id: 'certificate', shortcut: 'certificate', text: 'Every stone above 0.30 ct comes with its GIA or IGI report. I can send you a scan right here.' },
  { id: 'hold', shortcut: 'hold', text: 'I have kept it aside under your name. It stays for three days, without any obligation.' },
  { id: 'exchange', shortcut: 'exchange', text: 'We exchange within fifteen days and buy back our gold for life at the rate of the day.' },
  { id: 'sizing', shortcut: 'sizing', text: 'The first resizing is with our compliments and takes about five days.' },
  { id: 'video', shortcut: 'video', text: 'Shall I show it to you on a short video call? Ten minutes, in daylight by the window.' },
  { id: 'thanks-visit', shortcut: 'thanks', text: 'It was a pleasure to have you with us. Take your time, and ask me anything.' },
]

/** A template's words with its parameters filled in; its name and parameters where the house's library does not have it. */
export function demoTemplateText(name: string, language: string, params: readonly string[]): string {
  const template = demoTemplates.find(one => one.name === name && one.language === language)
  if (!template) return [name, ...params].join(' · ')
  return template.body.replace(/\{\{(\d+)\}\}/g, (_, place: string) => params[Number(place) - 1] ?? '…')
}
