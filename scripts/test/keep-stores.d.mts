export const damagedOnPurpose: string;
export function keepStores(folder: string): void;
