/**
 * `npm run openapi-types`: the types of the pages' API client, from the OpenAPI document itself. The generator needs the
 * compiler's programming interface, which TypeScript 7 has not yet; it gets TypeScript 5 as its own.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { register } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openApiDocument } from '../contract/openapi.ts';

const file = fileURLToPath(new URL('../web/api/openapi.d.ts', import.meta.url));

const resolver = `export const resolve = (name, context, next) =>
  next(name === 'typescript' && context.parentURL?.includes('/openapi-typescript/') ? '@tsd/typescript' : name, context);`;

register(`data:text/javascript,${encodeURIComponent(resolver)}`);
const { astToString, default: openapiTS } = await import('openapi-typescript');

/** As JSON would have it, since the generator does not know undefined. */
const document = JSON.stringify(openApiDocument('/'));
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, astToString(await openapiTS(document, { alphabetize: true })));
