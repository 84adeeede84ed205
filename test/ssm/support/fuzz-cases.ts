/**
 * How long a fuzz test runs and from where: 20 000 cases of a fixed seed in the test command, more by hand, for example
 * `NODEWHARF_FUZZ_CASES=1000000 NODEWHARF_FUZZ_SEED=7 npx vitest run test/ssm/channel/fuzz.test.ts`.
 */
export const fuzzCases = Number(process.env['NODEWHARF_FUZZ_CASES'] ?? 20_000);
export const fuzzSeed = Number(process.env['NODEWHARF_FUZZ_SEED'] ?? 20_261_124);
/** Ample for either, in ms. */
export const fuzzTimeoutMs = 60_000 + fuzzCases * 5;
