/** What a consumer process tells about itself. */
export type Report =
  | { readonly kind: 'waiting'; readonly code: string }
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'owned' | 'batch' | 'committed' | 'revoked' | 'lost';
      readonly aggregate: string;
      readonly partition: number;
    }
  | {
      readonly kind: 'failed';
      readonly aggregate: string;
      readonly partition: number;
      readonly code: string;
    }
  | { readonly kind: 'error'; readonly message: string };
