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
  ExceededMemoryLimit: 292,
  MechanismUnavailable: 334,
  BSONObjectTooLarge: 10334,
  DuplicateKey: 11000,
  InvalidBSON: 22,
  Location40324: 40324,
  Location17280: 17280,
  Location51003: 51003,
  Location51108: 51108,
  DocumentValidationFailure: 121,
  ViewDepthLimitExceeded: 165,
  CommandNotSupportedOnView: 166,
  OptionNotSupportedOnView: 167,
  InvalidViewDefinition: 182,
  ConversionFailure: 241,
  APIVersionError: 322,
  APIStrictError: 323,
  MergeStageNoMatchingDocument: 13113,
  Location16410: 16410,
  Location31253: 31253,
  Location31254: 31254,
  Location31325: 31325,
  Location40323: 40323,
  Location40352: 40352,
  IDLFailedToParse: 40414,
  IDLUnknownField: 40415,
  Location17276: 17276,
  Location15959: 15959,
  Location40602: 40602,
  Location40647: 40647,
  Location40674: 40674,
  Location50808: 50808,
  Location50865: 50865,
  Location4890500: 4890500,
} as const

export type CodeName = keyof typeof ERROR_CODES

/** An error as MongoDB would answer it: `code`, `codeName`, `errmsg` and, for some, further fields of the reply. */
export class DatastoreError extends Error {
  readonly code: number
  readonly codeName: string
  readonly details: Record<string, unknown>

  constructor(codeName: CodeName, message: string, details: Record<string, unknown> = {}) {
    super(message)
    this.name = 'DatastoreError'
    this.code = ERROR_CODES[codeName]
    this.codeName = codeName
    this.details = details
  }
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
