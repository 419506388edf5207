import { z } from 'zod'

const fields = z.record(z.string(), z.unknown())
export type Fields = z.infer<typeof fields>

const requirement = z.strictObject({
  minServerVersion: z.string().optional(),
  maxServerVersion: z.string().optional(),
  topologies: z.array(z.string()).optional(),
  serverless: z.string().optional(),
  serverParameters: fields.optional(),
  auth: z.boolean().optional(),
  authMechanism: z.string().optional(),
  csfle: z.union([z.boolean(), fields]).optional(),
})
export type Requirement = z.infer<typeof requirement>

const expectedError = z.strictObject({
  isError: z.literal(true).optional(),
  isClientError: z.boolean().optional(),
  isTimeoutError: z.boolean().optional(),
  errorContains: z.string().optional(),
  errorCode: z.number().optional(),
  errorCodeName: z.string().optional(),
  errorLabelsContain: z.array(z.string()).optional(),
  errorLabelsOmit: z.array(z.string()).optional(),
  writeErrors: fields.optional(),
  writeConcernErrors: z.array(fields).optional(),
  errorResponse: fields.optional(),
  expectResult: z.unknown().optional(),
})
export type ExpectedError = z.infer<typeof expectedError>

export const operation = z.strictObject({
  name: z.string(),
  object: z.string(),
  arguments: fields.optional(),
  expectError: expectedError.optional(),
  expectResult: z.unknown().optional(),
  saveResultAsEntity: z.string().optional(),
  ignoreResultAndError: z.boolean().optional(),
}).refine(given => !given.ignoreResultAndError || (given.expectError === undefined && given.expectResult === undefined && given.saveResultAsEntity === undefined), 'ignoreResultAndError stands alone').refine(given => given.expectError === undefined || (given.expectResult === undefined && given.saveResultAsEntity === undefined), 'an operation has a result or an error')
export type Operation = z.infer<typeof operation>

const entity = fields.refine(given => Object.keys(given).length === 1, 'an entity has one type')

const collectionData = z.strictObject({
  collectionName: z.string(),
  databaseName: z.string(),
  createOptions: fields.optional(),
  documents: z.array(fields),
})
export type CollectionData = z.infer<typeof collectionData>

const expectedEvents = z.strictObject({
  client: z.string(),
  eventType: z.enum(['command', 'cmap', 'sdam']).optional(),
  events: z.array(fields),
  ignoreExtraEvents: z.boolean().optional(),
})
export type ExpectedEvents = z.infer<typeof expectedEvents>

const test = z.looseObject({
  description: z.string(),
  runOnRequirements: z.array(requirement).optional(),
  skipReason: z.string().optional(),
  operations: z.array(operation),
  expectEvents: z.array(expectedEvents).optional(),
  outcome: z.array(collectionData).optional(),
})
export type Test = z.infer<typeof test>

/** A file of the unified test format, major version 1. Its documents are decoded extended JSON. */
export const testFile = z.looseObject({
  description: z.string(),
  schemaVersion: z.string().refine(version => /^1\.\d+(?:\.\d+)?$/.test(version), 'the schema version is not one of 1.x'),
  runOnRequirements: z.array(requirement).optional(),
  createEntities: z.array(entity).optional(),
  initialData: z.array(collectionData).optional(),
  tests: z.array(test),
})
export type TestFile = z.infer<typeof testFile>

/** Whether parsed JSON is meant as a file of the unified test format. */
export function isTestFile(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'schemaVersion' in value && 'tests' in value
}
