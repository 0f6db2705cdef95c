// Words of filters and bookmarks of the Events scene, Simplified Chinese.

import type { viewEn } from "./view.en";

export const viewZh: Record<keyof typeof viewEn, string> = {
  "fail.filter.title": "筛选条件无法识别。",
  "fail.filter.advice": "请输入文本、/正则表达式/ 或 $.json.path。",
};
