import type { Readable } from 'node:stream'
import type { MediaFile } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { Readable as ReadableStream } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import mongoose from 'mongoose'
import { LoupeError } from '../platform/errors.ts'

/** Largest file that is kept: what the largest network lets a document be (Meta: 100 MB). Held in memory while it is read. */
export const maxFileBytes = 100 * 1024 * 1024

function bucket(ctx: Context): mongoose.mongo.GridFSBucket {
  const { db } = ctx.connection
  if (!db) throw new LoupeError('unavailable', 'The database is not connected. Try again in a moment.')
  return new mongoose.mongo.GridFSBucket(db, { bucketName: 'files' })
}

/**
 * Keeps a file: bytes into GridFS, then its description. Running it twice with one id keeps one file. The file counts as there once its description
 * is; bytes without one were left by an interrupted write and are replaced.
 */
export async function keepFile(ctx: Context, file: Omit<MediaFile, 'bytes' | 'sha256' | 'createdAt'>, bytes: Uint8Array): Promise<MediaFile> {
  const known = await ctx.models.media.findById(file._id).lean()
  if (known) return known
  await removeFile(ctx, file._id)
  const files = bucket(ctx)
  await pipeline(ReadableStream.from([Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)]), files.openUploadStream(file._id, { chunkSizeBytes: 512 * 1024 }))
  const kept: MediaFile = { ...file, bytes: bytes.byteLength, sha256: createHash('sha256').update(bytes).digest('hex'), createdAt: new Date(ctx.now()) }
  const { _id, ...fields } = kept
  await ctx.models.media.updateOne({ _id }, { $setOnInsert: fields }, { upsert: true })
  return kept
}

/** Takes the bytes of a file away; there may be none. */
export async function removeFile(ctx: Context, id: string): Promise<void> {
  const files = bucket(ctx)
  for (const left of await files.find({ filename: id }).toArray()) await files.delete(left._id)
}

/** The bytes of a file from `start` up to and without `end`; of all of it when they are absent. */
export function streamFile(ctx: Context, id: string, range?: { start: number, end: number }): Readable {
  return bucket(ctx).openDownloadStreamByName(id, range)
}

/** A whole file in memory, for handing it to a provider. */
export async function readFile(ctx: Context, id: string): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  for await (const chunk of streamFile(ctx, id)) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}
