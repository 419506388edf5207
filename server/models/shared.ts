import type { SchemaOptions } from 'mongoose'
import { Schema } from 'mongoose'

/**
 * What all schemas share: ids are strings that we make, unknown fields are refused instead of dropped, and no version key,
 * because no array of ours is addressed by position.
 */
export const base = { _id: false, versionKey: false, strict: 'throw', minimize: false, autoCreate: false, autoIndex: false } satisfies SchemaOptions

export const embedded = { _id: false, versionKey: false } satisfies SchemaOptions

export const id = { type: String, required: true } as const
export const text = { type: String, required: true } as const
export const optionalText = { type: String } as const
export const nullableText = { type: String, default: null } as const
export const date = { type: Date, required: true } as const
export const nullableDate = { type: Date, default: null } as const
export const count = { type: Number, required: true, default: 0 } as const

/** A field whose inner shape a zod contract owns; Mongoose stores it as it is, and `Shaped` gives it its type. */
export const shaped = { type: Schema.Types.Mixed } as const

/** A schema's inferred type with the true types of its `shaped` fields. */
export type Shaped<Inferred, Fields> = Omit<Inferred, keyof Fields> & Fields
