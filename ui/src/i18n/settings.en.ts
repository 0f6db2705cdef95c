// Words of the settings and the sheet about the program.

export const settingsEn = {} as const;
