/** Why an item is in an answer. `ids` are ids of items; `total` counts those that are not listed too. */
export type Reason =
  | { readonly kind: 'becauseOf'; readonly ids: readonly string[] }
  | { readonly kind: 'followedBy'; readonly ids: readonly string[]; readonly total: number }
  | { readonly kind: 'popularIn'; readonly place: string }
  | { readonly kind: 'popular' }
  | { readonly kind: 'promoted' };
