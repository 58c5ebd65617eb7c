/** What a consumer process tells about itself; `at` is its clock in ms. */
export type Report =
  | { readonly kind: 'waiting'; readonly code: string }
  | { readonly kind: 'ready' }
  /** All is closed; what keeps the process alive from now on was left behind. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'error'; readonly message: string }
  | PartitionReport;

/** What happens to a partition of one of its aggregates. */
export type PartitionReport = {
  readonly aggregate: string;
  readonly partition: number;
  readonly at: number;
} & (
  | { readonly kind: 'assigning' | 'owned' | 'batch' | 'committed' | 'revoked' | 'lost' }
  | { readonly kind: 'failed'; readonly code: string }
);

/** What a consumer process is told to do. */
export interface Order {
  readonly viewRefuses: boolean;
}
