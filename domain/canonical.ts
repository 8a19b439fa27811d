/**
 * One text for one value: JSON with its members in order, so that what was kept, hashed and read back compares byte for
 * byte, however a database arranged it meanwhile. Changing it would break every hash that stands on it.
 */

export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  // One text that grows, since a wave of offers hashes thousands of assessments.
  let members = '';
  for (const key of Object.keys(value).sort()) {
    const member: unknown = Reflect.get(value, key);
    if (member === undefined) continue;
    members += `${members === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
}
