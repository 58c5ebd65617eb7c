/** All that is drawn in these tests follows from it; TAAR_TEST_SEED repeats a run's draws. */
export const SEED = Number(process.env.TAAR_TEST_SEED ?? Math.floor(Math.random() * 1_000_000_000));
