import type { ContactMoment } from '../../models/index.ts'
import type { Context } from '../../platform/context.ts'
import { trusted } from 'mongoose'
import { signalTypes } from '#contracts'
import { contactHorizonDays, signalTable } from '#scoring'
import { currentCustomer } from '../../readiness/index.ts'

const dayMs = 86_400_000
const atOnce = 200
const outcomeTypes = signalTypes.filter(type => signalTable[type]?.outcome)

/**
 * Tells of the moments whose time is over by `untilMs` whether the person came, from the ledger. Who became another person since is looked for there; a moment of
 * somebody who was erased goes. Can end at any point and be run again.
 */
export async function joinContacts(ctx: Context, untilMs: number): Promise<void> {
  const { contactMoments } = ctx.models
  for (;;) {
    const due = await contactMoments.find({ closesAt: trusted({ $lte: new Date(untilMs) }) }).sort({ closesAt: 1 }).limit(atOnce).lean<ContactMoment[]>()
    if (due.length === 0) return
    const writes = []
    for (const moment of due) {
      const customer = await currentCustomer(ctx, moment.customerId)
      writes.push(customer
        ? { updateOne: { filter: { _id: moment._id }, update: { $set: { customerId: customer._id, came: await cameAfter(ctx, customer._id, moment.at), closesAt: null } } } }
        : { deleteOne: { filter: { _id: moment._id } } })
    }
    await contactMoments.bulkWrite(writes, { ordered: false })
  }
}

async function cameAfter({ models }: Context, customerId: string, at: Date): Promise<boolean> {
  const within = trusted({ $gt: at, $lte: new Date(at.getTime() + contactHorizonDays * dayMs) })
  const came = await Promise.all(outcomeTypes.map(type => models.signals.exists({ customerId, type, at: within })))
  return came.some(found => found !== null)
}
