/** How the desk looks: one calm accent, generous contrast in both schemes, tabular figures where numbers stand. */

import { createTheme, type MantineColorsTuple } from '@mantine/core';

const teal: MantineColorsTuple = [
  '#e6f7f9',
  '#d3ecf0',
  '#a9d8df',
  '#7cc3ce',
  '#58b1bf',
  '#40a6b6',
  '#2f9fb1',
  '#1f8b9c',
  '#0b7285',
  '#00606f',
];

export const theme = createTheme({
  primaryColor: 'teal',
  primaryShade: { light: 8, dark: 8 },
  colors: { teal },
  defaultRadius: 'md',
  autoContrast: true,
  luminanceThreshold: 0.35,
  cursorType: 'pointer',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", "Noto Sans Mono", monospace',
  respectReducedMotion: true,
});
