/** Holds unit tests to a minute each; jest takes a time limit only for all projects together, or from within. */

import { jest } from '@jest/globals';

jest.setTimeout(60_000);
