/** Holds unit tests to 30 seconds each; jest takes a time limit only for all projects together, or from within. */

import { jest } from '@jest/globals';

jest.setTimeout(30_000);
