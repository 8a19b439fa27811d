/**
 * How long a suite waits for what must come: far longer than that takes on a quiet machine, since other suites run beside
 * it and nobody is helped by a test that gave up too soon. Shorter than jest's own limit, so that the wait names what it
 * was for.
 */
export const patienceMs = 75_000;
