import type { JsonObject } from '../shared/json.ts'
import { NotThisProviderError } from '../errors.ts'
import { asObject, field, parseJson, text } from '../shared/json.ts'

/** What all parts of one entry share: the account it is about and when Meta sent it. */
export type MetaEntry = {
  id: string | undefined
  time: unknown
  body: JsonObject
}

/**
 * The entries of a webhook body of one kind, by its `object`. Meta documents a single body; its examples also show one in a list.
 * @throws NotThisProviderError when it is no JSON, or not such a body.
 */
export function metaEntries(rawBody: Buffer, object: string): MetaEntry[] {
  if (rawBody.length === 0) throw new NotThisProviderError('empty', 'The body is empty.')
  let root: unknown
  try {
    root = parseJson(rawBody.toString('utf8'))
  }
  catch {
    throw new NotThisProviderError('not_json', 'The body is not JSON.')
  }
  const bodies = Array.isArray(root) ? root as unknown[] : [root]
  if (bodies.length === 0) throw new NotThisProviderError('not_this_provider', 'The body is an empty list.')
  return bodies.flatMap((body) => {
    const entries = field(body, 'entry')
    if (field(body, 'object') !== object || !Array.isArray(entries))
      throw new NotThisProviderError('not_this_provider', `The body has no "object": "${object}" with a list of entries.`)
    return entries.flatMap((entry) => {
      const found = asObject(entry)
      return found === undefined ? [] : [{ id: text(found, 'id'), time: field(found, 'time'), body: found }]
    })
  })
}
