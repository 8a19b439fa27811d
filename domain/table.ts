/** Tables as they are handed out of the desk, e.g. to a bookkeeper: rows of text under their columns, or on paper. */

export interface Table {
  readonly columns: readonly string[];
  readonly rows: AsyncIterable<readonly string[]>;
}

/** On paper a row has a name and an amount. */
export interface PrintedTable {
  readonly title: string;
  readonly author: string;
  /** Of the export: the same table is the same bytes. */
  readonly at: Date;
  readonly rows: readonly (readonly [name: string, amount: string])[];
  readonly sums: readonly (readonly [name: string, amount: string])[];
}
