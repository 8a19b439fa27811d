/** What a request must bring before its review can begin (RP-4.1, RP-5.2). Pure; which are needed, the policy version says. */

export const materials = ['description', 'evidence', 'network_context'] as const;

export type Material = (typeof materials)[number];

/** Whether each is there. */
export type MaterialsGiven = Readonly<Record<Material, boolean>>;

/** Those of the needed materials that are missing; none means that the ticket is complete. */
export const missingMaterials = (needed: readonly Material[], given: MaterialsGiven): Material[] =>
  materials.filter((material) => needed.includes(material) && !given[material]);
