/** MongoDB's error codes that this store answers with, by their code name. */
export const ERROR_CODES = {
  InternalError: 1,
  BadValue: 2,
  NoSuchKey: 4,
  FailedToParse: 9,
  UserNotFound: 11,
  Unauthorized: 13,
  TypeMismatch: 14,
  Overflow: 15,
  InvalidLength: 16,
  ProtocolError: 17,
  AuthenticationFailed: 18,
  IllegalOperation: 20,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  RoleNotFound: 31,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NoMatchingDocument: 47,
  NamespaceExists: 48,
  MaxTimeMSExpired: 50,
  DollarPrefixedFieldName: 52,
  InvalidIdField: 53,
  NotSingleValueField: 54,
  EmptyFieldName: 56,
  CommandNotFound: 59,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  OperationFailed: 96,
  CommandNotSupported: 115,
  CannotIndexParallelArrays: 171,
  QueryPlanKilled: 175,
  InvalidPipelineOperator: 168,
  InvalidIndexSpecificationOption: 197,
  Interrupted: 11601,
  CursorKilled: 237,
  NotImplemented: 238,
  InvalidUUID: 207,
  InvalidResumeToken: 260,
  TooManyLogicalSessions: 261,
  ClientDisconnect: 279,
  ChangeStreamFatalError: 280,
  ChangeStreamHistoryLost: 286,
  IndexBuildAborted: 276,
  ExceededMemoryLimit: 146,
  QueryExceededMemoryLimitNoDiskUseAllowed: 292,
  MechanismUnavailable: 334,
  BSONObjectTooLarge: 10334,
  OutOfDiskSpace: 14031,
  DuplicateKey: 11000,
  InvalidBSON: 22,
  ConflictingOperationInProgress: 117,
  DocumentValidationFailure: 121,
  NotAReplicaSet: 123,
  GraphContainsCycle: 5,
  DurationOverflow: 159,
  ViewDepthLimitExceeded: 165,
  CommandNotSupportedOnView: 166,
  OptionNotSupportedOnView: 167,
  InvalidViewDefinition: 182,
  ConversionFailure: 241,
  DataCorruptionDetected: 246,
  APIVersionError: 322,
  APIStrictError: 323,
  MergeStageNoMatchingDocument: 13113,
  SearchNotEnabled: 31082,
  IDLFailedToParse: 40414,
  IDLUnknownField: 40415,
} as const

/** MongoDB names an error that has a number only after it: Location40324. */
export type CodeName = keyof typeof ERROR_CODES | `Location${number}`

/** An error as MongoDB would answer it: `code`, `codeName`, `errmsg` and, for some, further fields of the reply. */
export class DatastoreError extends Error {
  readonly code: number
  readonly codeName: string
  readonly details: Record<string, unknown>

  constructor(codeName: CodeName, message: string, details: Record<string, unknown> = {}) {
    super(message)
    this.name = 'DatastoreError'
    this.code = codeOf(codeName)
    this.codeName = codeName
    this.details = details
  }
}

function codeOf(name: CodeName): number {
  return Object.hasOwn(ERROR_CODES, name) ? ERROR_CODES[name as keyof typeof ERROR_CODES] : Number(name.slice('Location'.length))
}

/** Throws a DatastoreError; an expression, so that it can end a `??` or a conditional. */
export function fail(codeName: CodeName, message: string, details?: Record<string, unknown>): never {
  throw new DatastoreError(codeName, message, details)
}

/** Any thrown value as a DatastoreError: one that is not is an internal error (code 1). */
export function asDatastoreError(error: unknown): DatastoreError {
  if (error instanceof DatastoreError)
    return error
  return new DatastoreError('InternalError', error instanceof Error ? error.message : String(error))
}
