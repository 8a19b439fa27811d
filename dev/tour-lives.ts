/** All lives of the tour, in the order in which they begin: the longest first. */

import type { Life } from './tour-life.ts';
import { holdLives } from './tour-lives-holds.ts';
import { incidentLives } from './tour-lives-incidents.ts';
import { mendingLives } from './tour-lives-mending.ts';
import { moneyLives } from './tour-lives-money.ts';
import { offerLives } from './tour-lives-offers.ts';
import { refusalLives } from './tour-lives-refusals.ts';
import { waitingLives } from './tour-lives-waiting.ts';

export const tourLives: readonly Life[] = [
  ...incidentLives,
  ...waitingLives,
  ...mendingLives,
  ...holdLives,
  ...moneyLives,
  ...offerLives,
  ...refusalLives,
];
