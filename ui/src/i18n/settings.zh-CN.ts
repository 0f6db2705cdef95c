// Words of the settings and the sheet about the program.

export const settingsZh = {
  "notice.settings-unreadable": "部分设置无法读取，已恢复为默认值。",
} as const;
