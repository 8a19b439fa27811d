/**
 * The layer walls by resolved path, as allow-lists. The same walls stand in .oxlintrc.json by the text of the import;
 * both must agree, and test/walls proves that each tool holds its own.
 * The pages in web/ are not looked at here, since its parser cannot read JSX: their wall is oxlint’s alone.
 * The swc parser takes `import type` for an import, so types may not cross a wall either.
 */

const inPackages = (...names) => `(^|/)node_modules/(${names.join('|')})/`;
const inFolders = (...folders) => `^(${folders.join('|')})/`;

const productFolders = ['domain', 'contract', 'workflows', 'activities', 'providers', 'db', 'api', 'runtime'];

/** Where Node's built-ins may be used: everywhere else a wall stands against them. */
const onNode = { dependencyTypesNot: ['core'] };

/** One rule a folder: files of it import from `allowed` and from nowhere else. */
const wall = (folder, comment, allowed, more = {}) => ({
  name: `${folder}-wall`,
  comment,
  severity: 'error',
  from: { path: inFolders(folder) },
  to: { pathNot: [inFolders(folder), ...allowed], ...more },
});

const walls = [
  wall('domain', 'Judgement is pure: domain imports nothing but itself.', []),
  wall('contract', 'The wire speaks domain’s words, checked by zod.', [
    inFolders('domain'),
    inPackages('zod', '@asteasolutions/zod-to-openapi'),
  ]),
  wall('workflows', 'Deterministic: domain and the workflow SDK only; no Node built-in, no zod.', [
    inFolders('domain'),
    inPackages('@temporalio/(workflow|common)'),
  ]),
  wall('activities', 'Stores and providers are handed in by factories, never imported.', [
    inFolders('domain', 'workflows'),
    inPackages('@temporalio/(activity|common)'),
  ]),
  wall(
    'db',
    'Stores know domain and PostgreSQL.',
    [inFolders('domain'), inPackages('knex', 'pg', 'graphile-worker', 'zod')],
    onNode,
  ),
  wall(
    'providers',
    'Adapters know domain and their own SDK.',
    [
      inFolders('domain'),
      inPackages(
        'stripe',
        '@paypal/paypal-server-sdk',
        'nodemailer',
        'handlebars',
        'pdfkit',
        '@xmldom/xmldom',
        'file-type',
        'yauzl',
        'sharp',
        'libheif-js',
        '@hyzyla/pdfium',
        '@aws-sdk/(client-s3|lib-storage)',
        'csv-parse',
        'csv-stringify',
        'form-data',
        'socks',
        'zod',
      ),
    ],
    onNode,
  ),
  wall(
    'api',
    'The door knows the contract and the workflow’s messages; stores are handed in.',
    [
      inFolders('domain', 'contract'),
      '^workflows/messages\\.ts$',
      inPackages(
        'express',
        'express-rate-limit',
        'helmet',
        'zod',
        'better-auth',
        '@better-auth/[^/]+',
        'swagger-ui-dist',
        'compression',
        '@temporalio/(client|common)',
        'prom-client',
      ),
    ],
    onNode,
  ),
];

export default {
  forbidden: [
    ...walls,
    {
      name: 'nobody-imports-runtime',
      comment:
        'The composition root imports all and is imported by none but tests; dev reads the configuration’s keys.',
      severity: 'error',
      from: { path: '.', pathNot: inFolders('runtime', 'test', 'bench') },
      to: { path: inFolders('runtime'), pathNot: '^runtime/config\\.ts$' },
    },
    {
      name: 'product-imports-no-tooling',
      comment: 'What ships depends on nothing that only develops or tests it.',
      severity: 'error',
      from: { path: inFolders(...productFolders) },
      to: { path: inFolders('dev', 'test', 'bench') },
    },
    {
      name: 'dev-imports-no-test',
      severity: 'error',
      from: { path: inFolders('dev') },
      to: { path: inFolders('test', 'bench') },
    },
    {
      name: 'bench-imports-no-test',
      severity: 'error',
      from: { path: inFolders('bench') },
      to: { path: inFolders('test') },
    },
    {
      name: 'product-imports-no-dev-dependency',
      severity: 'error',
      from: { path: inFolders(...productFolders) },
      to: { dependencyTypes: ['npm-dev'] },
    },
    {
      name: 'no-unlisted-package',
      comment: 'A package that package.json does not name may vanish.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      comment: 'A file that imports nothing and that nothing imports is dead, unless a tool starts it by name.',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: ['^db/migrations/', '\\.test\\.ts$', '^test/environment/', '\\.mjs$', '\\.d\\.ts$'],
      },
      to: {},
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: {
      path: [
        '^(dist|build|coverage|\\.data)/',
        '^test/walls/fixtures/',
        '^test/histories/',
        '^test/client-logs/clients/',
      ],
    },
    preserveSymlinks: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
    cache: false,
  },
};
