// Words of what is asked to be opened, and of quitting.

export const openingsZh = {
  "notice.drawing-fallback": "上次启动时窗口未能显示，这次改用更稳妥的绘制方式，滚动可能不够流畅。启动若干次后会再试常规方式。",
  "notice.beside": "另一个 Tapewriter 正在运行但没有响应，因此又启动了这一个。如果可以，请关闭那一个。",
} as const;
