import type { Assembled, MemberPlan } from './assembly.ts';
import type { ModelName } from './model-kind.ts';

/** What the receiver asks of its worker thread; each request is answered before the next is sent. */
export type AssemblyRequest =
  | { readonly kind: 'begin'; readonly members: readonly MemberPlan[] }
  | { readonly kind: 'chunk'; readonly model: ModelName; readonly index: number; readonly bytes: Uint8Array }
  | { readonly kind: 'finish'; readonly prepareModule: string };

export type AssemblyAnswer =
  | { readonly kind: 'done' }
  | { readonly kind: 'assembled'; readonly assembled: Assembled }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };
