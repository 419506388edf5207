import type { Fields } from '../bson/decode.ts'
import type { Collection } from '../storage/collection.ts'
import type { IndexDefinition } from '../storage/index-definition.ts'
import type { View } from '../storage/views.ts'
import type { CommandContext, CommandTable } from './command.ts'
import { checkPipeline } from '../aggregate/check.ts'
import { MAX_VIEW_DEPTH } from '../aggregate/memory.ts'
import { sameValue } from '../bson/compare.ts'
import { isNumber, toNumber } from '../bson/numbers.ts'
import { fail } from '../errors.ts'
import { describeCollation } from '../query/collation.ts'
import { isDocument } from '../query/paths.ts'
import { checkNamespace } from '../storage/catalogue.ts'
import { defineIndex } from '../storage/index-definition.ts'
import { compileValidator } from '../write/validation.ts'
import { collectionName, flag, int64, optionalDocument } from './command.ts'
import { checkFields, isGeneric, knownFields } from './fields.ts'

/** Options that are kept with a collection; the others say how it is made, or are refused. */
const KEPT = ['validator', 'validationLevel', 'validationAction', 'changeStreamPreAndPostImages', 'storageEngine', 'indexOptionDefaults', 'clusteredIndex', 'collation']
const REFUSED = ['capped', 'timeseries', 'encryptedFields', 'expireAfterSeconds']
const ID_KEY: Fields = { _id: 1 }

/** The `create` command, for collections and views. https://www.mongodb.com/docs/manual/reference/command/create/ */
async function create(context: CommandContext): Promise<Fields> {
  const { store, database, body } = context
  const name = collectionName(context, 'create')
  if (body.viewOn !== undefined)
    return createView(context, name)
  if (body.pipeline !== undefined)
    fail('InvalidOptions', '\'pipeline\' requires \'viewOn\' to also be specified')
  const refused = REFUSED.find(option => body[option] !== undefined && body[option] !== false)
  if (refused)
    fail('CommandNotSupported', `create with '${refused}' is not supported by this store`)
  for (const option of ['size', 'max']) {
    if (body[option] !== undefined)
      fail('InvalidOptions', `the '${option}' field requires the 'capped' field to be true`)
  }
  const options: Fields = {}
  for (const option of KEPT) {
    if (body[option] !== undefined)
      options[option] = body[option]
  }
  if (options.collation !== undefined)
    options.collation = describeCollation(optionalDocument(body, 'collation')) ?? fail('BadValue', 'a simple collation need not be given')
  if (options.clusteredIndex !== undefined)
    options.clusteredIndex = clusteredIndex(options.clusteredIndex)
  compileValidator(options)
  await store.write(() => void store.catalogue.create(database, name, options))
  return {}
}

/** Every collection here is in the order of its `_id`s; one that is asked to be says so. */
function clusteredIndex(given: unknown): Fields {
  if (!isDocument(given))
    return given === true ? clusteredIndex({ key: ID_KEY, unique: true }) : fail('TypeMismatch', 'BSON field \'create.clusteredIndex\' is the wrong type, expected type \'object\'')
  checkFields('create.clusteredIndex', given, field => ['v', 'key', 'name', 'unique'].includes(field))
  if (!sameValue(given.key, ID_KEY))
    fail('InvalidIndexSpecificationOption', 'The clusteredIndex option is only supported with the key pattern {_id: 1}')
  if (given.unique !== true)
    fail('Location5979700', 'The clusteredIndex option requires unique: true to be specified')
  return { v: 2, key: ID_KEY, name: typeof given.name === 'string' ? given.name : '_id_', unique: true }
}

async function createView({ store, database, body }: CommandContext, name: string): Promise<Fields> {
  const view = readView({ ...body, pipeline: body.pipeline ?? [] }, database, name)
  checkNamespace(database, name)
  await store.write(() => {
    if (store.catalogue.lookup(database, name) || store.catalogue.views.lookup(database, name))
      fail('NamespaceExists', `Namespace ${database}.${name} already exists.`)
    putView({ store }, view)
  })
  return {}
}

function readView({ viewOn, pipeline, collation }: Fields, database: string, name: string): View {
  if (typeof viewOn !== 'string' || viewOn === '')
    return fail('BadValue', '\'viewOn\' cannot be empty')
  if (!Array.isArray(pipeline))
    return fail('TypeMismatch', 'BSON field \'create.pipeline\' is the wrong type, expected type \'array\'')
  checkPipeline(pipeline, 'view')
  const described = isDocument(collation) ? describeCollation(collation) : undefined
  return { database, name, viewOn, pipeline, ...(described ? { collation: described } : {}) }
}

function putView({ store }: Pick<CommandContext, 'store'>, view: View): void {
  let on = view.viewOn
  for (let depth = 0; ; depth++) {
    if (on === view.name)
      fail('GraphContainsCycle', `View cycle detected: ${view.database}.${view.name} => ${view.database}.${view.viewOn}`)
    if (depth >= MAX_VIEW_DEPTH)
      fail('ViewDepthLimitExceeded', `View depth limit exceeded; maximum depth is ${MAX_VIEW_DEPTH}`)
    const next = store.catalogue.views.lookup(view.database, on)
    if (!next)
      break
    on = next.viewOn
  }
  store.catalogue.views.put(view)
}

/** The `collMod` command: changes validators, views, and some options of indexes. https://www.mongodb.com/docs/manual/reference/command/collMod/ */
async function collMod(context: CommandContext): Promise<Fields> {
  const { store, database, body } = context
  const name = collectionName(context, 'collMod')
  const refused = ['timeseries', 'expireAfterSeconds', 'cappedSize', 'cappedMax', 'clusteredIndex', 'recordPreImages'].find(option => body[option] !== undefined)
  if (refused)
    fail('InvalidOptions', `'${refused}' cannot be changed in this store`)
  return store.write(() => {
    const view = store.catalogue.views.lookup(database, name)
    if (view) {
      checkFields('collMod', body, field => field === 'collMod' || field === 'viewOn' || field === 'pipeline' || isGeneric(field))
      putView(context, readView({ viewOn: view.viewOn, pipeline: view.pipeline, ...body, collation: view.collation }, database, name))
      return {}
    }
    const collection = store.catalogue.lookup(database, name) ?? fail('NamespaceNotFound', `ns does not exist: ${database}.${name}`)
    if (body.viewOn !== undefined || body.pipeline !== undefined)
      fail('InvalidOptions', 'ns is not a view')
    const changed: Fields = { ...collection.options }
    for (const option of ['validator', 'validationLevel', 'validationAction', 'changeStreamPreAndPostImages']) {
      if (body[option] !== undefined)
        changed[option] = body[option]
    }
    if (isDocument(changed.validator) && Object.keys(changed.validator).length === 0)
      delete changed.validator
    compileValidator(changed)
    const reply = body.index === undefined ? {} : changeIndex(collection, optionalDocument(body, 'index')!)
    collection.options = changed
    collection.described = true
    return reply
  })
}

const checkIndex = knownFields('collMod.index', 'name keyPattern expireAfterSeconds hidden unique prepareUnique')

function changeIndex(collection: Collection, wanted: Fields): Fields {
  checkIndex(wanted)
  if ((wanted.name === undefined) === (wanted.keyPattern === undefined))
    fail('InvalidOptions', 'Must specify either index name or key pattern, but not both')
  if (wanted.unique !== undefined || wanted.prepareUnique !== undefined)
    fail('CommandNotSupported', 'collMod with a change to \'unique\' is not supported by this store')
  if (wanted.expireAfterSeconds === undefined && wanted.hidden === undefined)
    fail('InvalidOptions', 'no expireAfterSeconds, hidden, unique, or prepareUnique field')
  const index = collection.indexes.find(({ name, spec }) => wanted.name === undefined ? sameValue(spec.key, wanted.keyPattern) : name === wanted.name)
    ?? fail('IndexNotFound', `cannot find index ${String(wanted.name ?? JSON.stringify(wanted.keyPattern))} for ns ${collection.namespace}`)
  const spec: Fields = { ...index.spec }
  const reply: Fields = {}
  if (wanted.expireAfterSeconds !== undefined) {
    const seconds = isNumber(wanted.expireAfterSeconds) ? toNumber(wanted.expireAfterSeconds) : fail('InvalidOptions', 'expireAfterSeconds field must be a number')
    if (index.expireAfterSeconds !== undefined)
      reply.expireAfterSeconds_old = int64(index.expireAfterSeconds)
    reply.expireAfterSeconds_new = int64(seconds)
    spec.expireAfterSeconds = wanted.expireAfterSeconds
  }
  if (wanted.hidden !== undefined) {
    Object.assign(reply, { hidden_old: index.spec.hidden === true, hidden_new: flag(wanted, 'hidden') })
    spec.hidden = flag(wanted, 'hidden')
    if (!spec.hidden)
      delete spec.hidden
  }
  collection.indexes = collection.indexes.map(present => present === index ? changedIndex(index, spec) : present)
  return reply
}

function changedIndex(index: IndexDefinition, spec: Fields): IndexDefinition {
  return Object.assign(defineIndex(spec, index.number), { multikey: index.multikey, cut: index.cut })
}

export const createCommands: CommandTable = { create, collMod }
