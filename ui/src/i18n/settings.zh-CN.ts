// Words of the settings and the sheet about the program.

export const settingsZh = {} as const;
