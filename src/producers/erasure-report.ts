import { type ErasureReceipt, PRODUCTS } from '../domain/deletion.ts';

/** What is proven about one deletion request, as people and programs are shown it. */
export interface ErasureReport {
  readonly requestId: string;
  /** Oldest first; more than one of a product where a further row of the client was found later. */
  readonly receipts: readonly ShownReceipt[];
  /** True when every product has a receipt. False also where no such request was ever made. */
  readonly complete: boolean;
  /** `part`: there are more receipts than are looked through for one question. */
  readonly searched: 'all' | 'part';
}

/** A receipt with its moment as ISO 8601. */
export type ShownReceipt = Omit<ErasureReceipt, 'completedAt'> & { readonly completedAt: string };

export function reportOf(
  requestId: string,
  receipts: readonly ErasureReceipt[],
  searched: ErasureReport['searched'],
): ErasureReport {
  return {
    requestId,
    receipts: receipts.map((receipt) => ({
      ...receipt,
      completedAt: new Date(receipt.completedAt).toISOString(),
    })),
    complete: PRODUCTS.every((product) => receipts.some((receipt) => receipt.product === product)),
    searched,
  };
}
