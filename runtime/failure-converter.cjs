/**
 * How errors stand in Temporal's histories: message and stack as a payload, which the codec encrypts, and only the type
 * in the clear. CommonJS, since the SDK loads it by its path; the build copies it beside its code.
 */

/* oxlint-disable import/no-commonjs, typescript/no-unsafe-call -- the SDK calls `require` with its path. */

const { DefaultFailureConverter } = require('@temporalio/common');

exports.failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
