/** What each broken fixture must be caught by: the tool and the name of its rule. Fixtures not named keep their walls. */

export interface Catch {
  readonly lint?: readonly string[];
  readonly cruise?: readonly string[];
  readonly tidy?: readonly string[];
}

const restricted = 'eslint(no-restricted-imports)';
const pureTidy = 'domain reads no clock, no dice and no environment';
const stateTidy = 'no product module holds state at its top level';

/** Caught twice: by the text of the import and by the file it leads to. */
const wall = (folder: string): Catch => ({ lint: [restricted], cruise: [`${folder}-wall`] });

export const expectedCatches: Readonly<Record<string, Catch>> = {
  'domain/imports-node.ts': wall('domain'),
  'domain/imports-package.ts': wall('domain'),
  'domain/imports-db.ts': wall('domain'),
  'domain/waits.ts': { lint: ['eslint(no-restricted-globals)'], cruise: ['no-orphans'] },
  'domain/reads-clock.ts': {
    lint: ['eslint(no-restricted-globals)', 'node(no-process-env)'],
    cruise: ['no-orphans'],
    tidy: [pureTidy],
  },
  'domain/circle-left.ts': { lint: ['import(no-cycle)'], cruise: ['no-circular'] },
  'domain/circle-right.ts': { lint: ['import(no-cycle)'] },
  'domain/gives-up.ts': {
    lint: ['typescript(no-explicit-any)'],
    cruise: ['no-orphans'],
    tidy: ['no type is given up for any'],
  },
  'domain/default-export.ts': { lint: ['import(no-default-export)'], cruise: ['no-orphans'] },
  'domain/barrel.ts': { lint: ['oxc(no-barrel-file)'] },
  'domain/inexhaustive.ts': { lint: ['typescript(switch-exhaustiveness-check)'] },
  'domain/value-import-of-type.ts': { lint: ['typescript(consistent-type-imports)'] },
  'domain/orphan.ts': { cruise: ['no-orphans'] },

  'contract/imports-db.ts': wall('contract'),
  'contract/imports-node.ts': wall('contract'),

  'workflows/imports-node.ts': {
    lint: [restricted, 'unicorn(prefer-node-protocol)'],
    cruise: ['workflows-wall'],
  },
  'workflows/imports-zod.ts': wall('workflows'),
  'workflows/imports-activities.ts': wall('workflows'),
  'workflows/imports-contract.ts': wall('workflows'),
  'workflows/imports-client.ts': wall('workflows'),
  'workflows/imports-late.ts': wall('workflows'),
  'workflows/imports-common-value.ts': { lint: [restricted] },
  'workflows/top-level-let.ts': { tidy: [stateTidy] },
  'workflows/top-level-map.ts': { tidy: [stateTidy] },
  'workflows/forgets-promise.ts': { lint: ['typescript(no-floating-promises)'] },
  'workflows/async-validator.ts': { lint: ['typescript(no-misused-promises)'] },

  'web/imports-contract.ts': { lint: [restricted] },
  'web/imports-api.ts': { lint: [restricted] },

  'activities/imports-db.ts': wall('activities'),
  'activities/imports-workflow-value.ts': { lint: [restricted] },

  'db/imports-providers.ts': wall('db'),
  'db/imports-express.ts': wall('db'),

  'providers/imports-db.ts': wall('providers'),
  'providers/reads-environment.ts': { lint: ['node(no-process-env)'] },

  'api/imports-db.ts': wall('api'),
  'api/imports-knex.ts': wall('api'),
  'api/imports-pdfkit.ts': wall('api'),
  'api/imports-xmldom.ts': wall('api'),
  'api/imports-workflow.ts': wall('api'),
  'api/imports-runtime.ts': { lint: [restricted], cruise: ['api-wall', 'nobody-imports-runtime'] },
  'api/prints.ts': { lint: ['eslint(no-console)'], tidy: ['nothing but dev and bench writes to the console'] },

  'runtime/imports-dev.ts': { lint: [restricted], cruise: ['product-imports-no-tooling'] },
  'runtime/imports-dev-dependency.ts': { cruise: ['product-imports-no-dev-dependency'] },
  'runtime/imports-unlisted.ts': { cruise: ['no-unlisted-package'] },

  'dev/imports-wiring.ts': { lint: [restricted], cruise: ['nobody-imports-runtime'] },
  'dev/imports-test.ts': { lint: [restricted], cruise: ['dev-imports-no-test'] },

  'bench/imports-test.ts': { lint: [restricted], cruise: ['bench-imports-no-test'] },

  'test/focused.test.ts': {
    lint: ['jest(expect-expect)', 'jest(no-conditional-expect)', 'jest(no-disabled-tests)', 'jest(no-focused-tests)'],
  },
};
