/** What a flow counts. Names come from the flow's own components, never from a request: they become metric labels. */
export interface Stats {
  /** Names below it start with these, joined by `/`. */
  scope(...names: string[]): Stats;
  count(name: string, by?: number): void;
  sample(name: string, value: number): void;
}
