// Words of what is asked to be opened, and of quitting.

export const openingsEn = {} as const;
