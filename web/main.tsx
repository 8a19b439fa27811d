/** The pages' entry: language, theme, queries and router, put together once. */

import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import './page.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { createRouter, RouterProvider } from '@tanstack/react-router';
import { lazy, StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { createQueries } from './api/queries.ts';
import { FaultPage, LoadingPage, NotFoundPage } from './parts/states.tsx';
import { routeTree } from './route-tree.gen.ts';
import { theme } from './theme.ts';
import { Languages, needWords } from './words/locale.tsx';

// What is told before they are there waits in their store.
const Notifications = lazy(async () => ({ default: (await import('@mantine/notifications')).Notifications }));

const queries = createQueries();
const router = createRouter({
  routeTree,
  context: { queries },
  defaultPreload: 'intent',
  // The queries know what is fresh.
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
  // What a page does not know of its address is not handed to it: a link may hold anything.
  search: { strict: true },
  defaultPendingComponent: LoadingPage,
  defaultErrorComponent: FaultPage,
  defaultNotFoundComponent: NotFoundPage,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

await needWords(window.location.pathname);
const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element to fill');
createRoot(root).render(
  <StrictMode>
    <Languages>
      <MantineProvider theme={theme} defaultColorScheme="auto">
        <QueryClientProvider client={queries}>
          <Suspense fallback={null}>
            <Notifications />
          </Suspense>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MantineProvider>
    </Languages>
  </StrictMode>,
);
