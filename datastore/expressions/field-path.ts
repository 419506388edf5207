import { fail } from '../errors.ts'
import { splitPath } from '../query/paths.ts'

/** @throws DatastoreError Location40352, Location40353, Location15998 or Location16410 for what is no path of fields */
export function checkedPath(path: string): string[] {
  if (path === '')
    fail('Location40352', 'FieldPath cannot be constructed with empty string')
  if (path.endsWith('.'))
    fail('Location40353', 'FieldPath must not end with a \'.\'.')
  const parts = splitPath(path)
  if (parts.includes(''))
    fail('Location15998', 'FieldPath field names may not be empty strings.')
  if (parts.some(part => part.startsWith('$')))
    fail('Location16410', 'FieldPath field names may not start with \'$\'. Consider using $getField or $setField.')
  return parts
}
