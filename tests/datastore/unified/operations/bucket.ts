import type { GridFSBucket } from 'mongodb'
import type { OperationTable } from './operation.ts'
import { Buffer } from 'node:buffer'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { hexBytes } from '../match.ts'

/** What a case may do with a GridFS bucket. */
export const bucketOperations: OperationTable<GridFSBucket> = {
  delete: (bucket, { id }) => bucket.delete(id),
  deleteByName: async (bucket, { filename }) => {
    const files = await bucket.find({ filename }).toArray()
    if (files.length === 0)
      throw new Error(`File not found with name ${filename}`)
    for (const { _id } of files)
      await bucket.delete(_id)
  },
  download: (bucket, { id }) => textOf(bucket.openDownloadStream(id)),
  downloadByName: (bucket, { filename, ...options }) => textOf(bucket.openDownloadStreamByName(filename, options)),
  drop: bucket => bucket.drop(),
  find: (bucket, { filter, ...options }) => bucket.find(filter, options).toArray(),
  rename: (bucket, { id, newFilename }) => bucket.rename(id, newFilename),
  renameByName: async (bucket, { filename, newFilename }) => {
    const files = await bucket.find({ filename }).toArray()
    if (files.length === 0)
      throw new Error(`File not found with name ${filename}`)
    for (const { _id } of files)
      await bucket.rename(_id, newFilename)
  },
  upload: async (bucket, { source, filename, ...options }) => {
    const stream = bucket.openUploadStream(filename, options)
    await pipeline(Readable.from([hexBytes(source.$$hexBytes)]), stream)
    return stream.id
  },
  uploadWithId: async (bucket, { source, filename, id, ...options }) => {
    await pipeline(Readable.from([hexBytes(source.$$hexBytes)]), bucket.openUploadStreamWithId(id, filename, options))
  },
}

/** All of a stream, a character for each byte. */
async function textOf(stream: Readable): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of stream)
    parts.push(Buffer.from(part as Uint8Array))
  return Buffer.concat(parts).toString('latin1')
}
