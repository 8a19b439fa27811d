/** Where the converter lies that keeps errors' texts out of Temporal's histories: client, workers and bundle take it by path. */

import { fileURLToPath } from 'node:url';

/** Beside this very file, in the sources as in the build. */
export const failureConverterPath: string = fileURLToPath(new URL('failure-converter.cjs', import.meta.url));
