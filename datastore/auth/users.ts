import type { Fields } from '../bson/decode.ts'
import type { Store } from '../store.ts'
import type { Role } from './roles.ts'
import type { Credential } from './scram.ts'
import { Buffer } from 'node:buffer'
import { randomBytes, randomUUID } from 'node:crypto'
import { Binary } from 'bson'
import { encodeDocument } from '../bson/encode.ts'
import { fail } from '../errors.ts'
import { isDocument } from '../query/paths.ts'
import { encodeId } from '../storage/keys.ts'
import { collect } from '../write/collect.ts'
import { deleteDocuments } from '../write/delete.ts'
import { insertable, insertDocument } from '../write/insert.ts'
import { updateDocuments } from '../write/update.ts'
import { storedRoles } from './roles.ts'

/** Somebody who may sign in. */
export interface User { name: string, database: string, roles: Role[], credential: Credential, fields: Fields }

const ADMIN = 'admin'
/** Where MongoDB keeps its users, in its own form. */
const USERS = 'system.users'
const SECRETS = 'system.secrets'
const MECHANISM = 'SCRAM-SHA-256'

/** The users of a store, kept in `admin.system.users` and so in its backups. */
export class Users {
  /** Counts the changes of users, so that connections know when to look again. */
  version = 0
  private readonly store: Store
  private secret: Buffer | undefined

  constructor(store: Store) {
    this.store = store
  }

  get isEmpty(): boolean {
    return (this.store.catalogue.lookup(ADMIN, USERS)?.count ?? 0) === 0
  }

  find(name: string, database: string): User | undefined {
    const document = this.store.catalogue.lookup(ADMIN, USERS)?.get(encodeId(idOf(name, database)))
    return document && readUser(document.toFields())
  }

  /** The users of a database, or of all. */
  list(database?: string): User[] {
    const collection = this.store.catalogue.lookup(ADMIN, USERS)
    return collection ? collect(this.store, collection, { filter: database === undefined ? {} : { db: database } }).map(document => readUser(document.toFields())) : []
  }

  /** @throws DatastoreError Location51003 when there is one of that name */
  async add(user: { name: string, database: string, roles: Role[], credential: Credential, customData?: Fields }): Promise<void> {
    const document = insertable(encodeDocument({
      _id: idOf(user.name, user.database),
      userId: new Binary(Buffer.from(randomUUID().replaceAll('-', ''), 'hex'), 4),
      user: user.name,
      db: user.database,
      credentials: { [MECHANISM]: writeCredential(user.credential) },
      ...(user.customData ? { customData: user.customData } : {}),
      roles: user.roles,
    }))
    await this.store.write(() => {
      const collection = this.store.catalogue.obtain(ADMIN, USERS)
      if (collection.get(encodeId(idOf(user.name, user.database))))
        fail('Location51003', `User "${user.name}@${user.database}" already exists`)
      insertDocument(this.store, collection, document)
    })
    this.version++
  }

  /** Changes what is given. @throws DatastoreError UserNotFound (11) */
  async change(name: string, database: string, changes: { roles?: Role[], credential?: Credential, customData?: Fields }): Promise<void> {
    const set: Fields = {
      ...(changes.roles ? { roles: changes.roles } : {}),
      ...(changes.credential ? { credentials: { [MECHANISM]: writeCredential(changes.credential) } } : {}),
      ...(changes.customData ? { customData: changes.customData } : {}),
    }
    const { matched } = await this.store.write(() => updateDocuments(this.store, { database: ADMIN, name: USERS }, { filter: { _id: idOf(name, database) }, update: { $set: set }, multi: false, upsert: false }))
    this.version++
    if (matched === 0)
      fail('UserNotFound', `Could not find user "${name}" for db "${database}"`)
  }

  /** @returns how many there were */
  async remove(database: string, name?: string): Promise<number> {
    const filter = name === undefined ? { db: database } : { _id: idOf(name, database) }
    const removed = await this.store.write(() => deleteDocuments(this.store, this.store.catalogue.lookup(ADMIN, USERS), { filter }))
    this.version++
    return removed
  }

  /** A secret of this store's own, made when it is first asked for. */
  async ownSecret(): Promise<Buffer> {
    this.secret ??= await this.store.write(() => {
      const collection = this.store.catalogue.obtain(ADMIN, SECRETS)
      const kept = collection.get(encodeId('pretended-credentials'))?.get('value')
      if (kept instanceof Binary)
        return Buffer.from(kept.buffer)
      const made = randomBytes(32)
      insertDocument(this.store, collection, insertable(encodeDocument({ _id: 'pretended-credentials', value: new Binary(made) })))
      return made
    })
    return this.secret
  }
}

function idOf(name: string, database: string): string {
  return `${database}.${name}`
}

function writeCredential({ iterations, salt, storedKey, serverKey }: Credential): Fields {
  return { iterationCount: iterations, salt: salt.toString('base64'), storedKey: storedKey.toString('base64'), serverKey: serverKey.toString('base64') }
}

function readUser(fields: Fields): User {
  const credentials = isDocument(fields.credentials) ? fields.credentials[MECHANISM] : undefined
  const kept = isDocument(credentials) ? credentials : {}
  const bytes = (name: string): Buffer => Buffer.from(String(kept[name] ?? ''), 'base64')
  return {
    name: String(fields.user),
    database: String(fields.db),
    roles: storedRoles(fields),
    credential: { iterations: Number(kept.iterationCount ?? 0), salt: bytes('salt'), storedKey: bytes('storedKey'), serverKey: bytes('serverKey') },
    fields,
  }
}
