/** What a request must bring before its review can begin (RP-4.1, RP-5.2). Pure; the engine of versions comes on top. */

export const materials = ['description', 'evidence', 'network_context'] as const;

export type Material = (typeof materials)[number];

export interface MaterialsGiven {
  readonly description: string;
  readonly evidenceCount: number;
  readonly hasNetworkContext: boolean;
}

/** The materials still missing, by name; none means that the ticket is complete. */
export const missingMaterials = (given: MaterialsGiven): Material[] => [
  ...(given.description.trim() ? [] : (['description'] as const)),
  ...(given.evidenceCount > 0 ? [] : (['evidence'] as const)),
  ...(given.hasNetworkContext ? [] : (['network_context'] as const)),
];
