/** Keys of what was built: the workflow code, the pages, and the worker deployment’s name for them. */

import { z } from 'zod';

export const buildKeys = {
  WORKFLOW_BUNDLE: {
    schema: z.string().default(''),
    doc: 'The prebuilt workflow code; empty: the one that was built with this code. A worker for tickets refuses to start without it.',
  },
  PAGES_DIRECTORY: {
    schema: z.string().default(''),
    doc: 'The built pages; empty: those that were built with this code. The API refuses to start without them.',
  },
  WORKER_DEPLOYMENT: {
    schema: z.string().default('refund-desk'),
    doc: 'Temporal worker deployment name, where a build id is set.',
  },
  WORKER_BUILD_ID: {
    schema: z.string().default(''),
    doc: 'Build id; where set, worker versioning is on and the deployment makes this build current.',
  },
} as const;
