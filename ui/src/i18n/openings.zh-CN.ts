// Words of what is asked to be opened, and of quitting.

export const openingsZh = {} as const;
