/** Jest loads its global teardown without its own transform, so it is handed to tsx here. */

import { tsImport } from 'tsx/esm/api';

export default async function run() {
  const { default: body } = await tsImport('./global-teardown.ts', import.meta.url);
  await body();
}
