// Words of the settings and the sheet about the program.

export const settingsEn = {
  "notice.settings-unreadable": "Some settings could not be read and are as they were at the beginning.",
} as const;
