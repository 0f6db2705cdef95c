// Words of tapes, replay, files and serving again, English.

export const tapeEn = {
  "fail.tape.title": "The tape cannot be used.",
  "fail.tape.damaged": "The tape is damaged.",
  "fail.tape.damaged.advice": "Recover what can still be read into a new tape.",
  "fail.tape.newer": "A newer Tapewriter made this tape.",
  "fail.tape.newer.advice": "Update Tapewriter, then open it again.",
  "fail.tape.foreign": "This is not a tape.",
  "fail.tape.foreign.advice": "Choose a file that ends in .tape, .sse or .jsonl.",
  "fail.tape.missing": "The file is no longer there.",
  "fail.tape.missing.advice": "It was moved or deleted outside Tapewriter.",
  "fail.tape.unreadable": "The file cannot be read.",
  "fail.tape.unreadable.advice": "Check who may read it.",
  "fail.tape.full": "There is no room on the disk.",
  "fail.tape.full.advice": "Make room, or choose another place, then try again.",
  "fail.tape.busy": "The tape is still being recorded.",
  "fail.tape.busy.advice": "Stop its session first.",
  "fail.tape.empty": "There is nothing in it.",
  "fail.tape.empty.advice": "Choose another file or another filter.",
  "fail.tape.exists": "A tape of that name is there already.",
  "fail.tape.exists.advice": "Choose another name.",
  "fail.tape.advice": "Choose another one.",
};
