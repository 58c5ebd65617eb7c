/** The recommenders of the ensemble, in the order of its sums (spec/taar-serving.md section 5.5). */
export const ENSEMBLE_MEMBERS = ['collaborative', 'similarity', 'locale'] as const;
export type EnsembleMember = (typeof ENSEMBLE_MEMBERS)[number];
