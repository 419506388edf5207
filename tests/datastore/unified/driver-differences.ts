/** Cases of public suites whose expectation the Node driver does not meet on any server; what it sends or says shows it. */
const DIFFERENCES: { file: RegExp, test: RegExp, reason: string }[] = [
  { file: /(?:^|\/)bypassDocumentValidation\.json$/, test: /passes bypassDocumentValidation: false$/, reason: 'the Node driver does not send bypassDocumentValidation when it is false' },
  { file: /(?:^|\/)create-null-ids\.json$/, test: /via (?:insertOne|insertMany|bulkWrite|clientBulkWrite)$/, reason: 'the Node driver gives an _id in place of null' },
  { file: /(?:^|\/)client-bulkWrite-partialResults\.json$/, test: /^partialResult is unset /, reason: 'the Node driver reports a partial result of zeros instead of none' },
  { file: /(?:^|\/)download\.json$/, test: /^download when final chunk is missing$/, reason: 'the Node driver ends a download without an error when its last chunk is missing' },
]

/** Why the driver cannot pass a case, or undefined. */
export function driverDifference(file: string, test: string): string | undefined {
  return DIFFERENCES.find(difference => difference.file.test(file) && difference.test.test(test))?.reason
}
