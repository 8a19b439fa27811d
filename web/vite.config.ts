/** How the pages are built: one file per page, split by page, everything from our own address. */

import { fileURLToPath } from 'node:url';
import { tanstackRouter } from '@tanstack/router-plugin/vite';
import { defineConfig } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));

export default defineConfig({
  root: here,
  base: '/',
  plugins: [
    tanstackRouter({
      target: 'react',
      autoCodeSplitting: true,
      // What a page reads first is loaded with it, not with the table of all pages.
      codeSplittingOptions: { defaultBehavior: [['component', 'loader']] },
      routesDirectory: `${here}routes`,
      generatedRouteTree: `${here}route-tree.gen.ts`,
      quoteStyle: 'single',
      semicolons: true,
    }),
  ],
  oxc: { jsx: { runtime: 'automatic' } },
  build: {
    outDir: fileURLToPath(new URL('../build/pages', import.meta.url)),
    emptyOutDir: true,
    target: 'es2023',
    // light-dark() of style sheets as it stands: browsers of 2024 and later know it.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // A file as a data: address would need a hole in the policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: 'manifest.json',
    reportCompressedSize: false,
    // Sizes have budgets in test/web/budget.test.ts, counted by page.
    chunkSizeWarningLimit: 2_000,
    rolldownOptions: {
      // Components say of themselves that they are for browsers, which all of this is.
      onLog: (level, log, handle) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log);
      },
    },
  },
});
