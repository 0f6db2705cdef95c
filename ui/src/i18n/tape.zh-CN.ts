// Words of tapes, replay, files and serving again, Simplified Chinese.

import type { tapeEn } from "./tape.en";

export const tapeZh: Record<keyof typeof tapeEn, string> = {
  "fail.tape.title": "这份录制无法使用。",
  "fail.tape.damaged": "录制已损坏。",
  "fail.tape.damaged.advice": "可以把仍能读出的内容恢复到一份新的录制中。",
  "fail.tape.newer": "这份录制由更新版本的 Tapewriter 生成。",
  "fail.tape.newer.advice": "请更新 Tapewriter 后再打开。",
  "fail.tape.foreign": "这不是录制文件。",
  "fail.tape.foreign.advice": "请选择扩展名为 .tape、.sse 或 .jsonl 的文件。",
  "fail.tape.missing": "文件已不存在。",
  "fail.tape.missing.advice": "它在 Tapewriter 之外被移动或删除了。",
  "fail.tape.unreadable": "无法读取文件。",
  "fail.tape.unreadable.advice": "请检查其读取权限。",
  "fail.tape.full": "磁盘空间不足。",
  "fail.tape.full.advice": "请释放空间或选择其他位置后重试。",
  "fail.tape.busy": "录制仍在进行。",
  "fail.tape.busy.advice": "请先停止对应的会话。",
  "fail.tape.empty": "其中没有内容。",
  "fail.tape.empty.advice": "请选择其他文件或筛选条件。",
  "fail.tape.exists": "同名的录制已存在。",
  "fail.tape.exists.advice": "请换一个名称。",
  "fail.tape.advice": "请另选一份。",
};
