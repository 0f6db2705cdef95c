// What a replay is told, one thing at a time: a hand on the scrubber says more in a second than an engine should
// answer. What is overtaken before it was sent is not sent.

import type { ReplayCommand } from "../ipc/bindings";

export interface ReplayQueue {
  send(command: ReplayCommand): void;
  /** Gives up what waits: it was meant for another replay. */
  clear(): void;
  /** Whether something is on its way or waits for it. */
  readonly busy: boolean;
}

/** What a command is about. Of two that wait and are about the same, the newer stays. */
function subject(command: ReplayCommand): string {
  switch (command.do) {
    case "play":
    case "pause":
      return "run";
    case "seek":
    case "seek-pos":
      return "place";
    default:
      return command.do;
  }
}

/** `tell` sends and answers when it has been answered; it does not reject. `idle` is called when all is said. */
export function createReplayQueue(tell: (command: ReplayCommand) => Promise<void>, idle: () => void): ReplayQueue {
  // At most one for each subject, so at most five.
  let waiting: ReplayCommand[] = [];
  let sending = false;

  function add(command: ReplayCommand): void {
    if (command.do === "step") {
      const step = waiting.findIndex((each) => each.do === "step");
      const before = waiting[step];
      // A step holds the playhead, so a wish to play or to pause before it is void.
      waiting = waiting.filter((each, at) => at !== step && subject(each) !== "run");
      const events = command.events + (before?.do === "step" ? before.events : 0);
      if (events !== 0) waiting.push({ do: "step", events });
      return;
    }
    const about = subject(command);
    // From a new place the steps that were to go from the old one lead nowhere.
    waiting = waiting.filter((each) => subject(each) !== about && !(about === "place" && each.do === "step"));
    waiting.push(command);
  }

  async function run(): Promise<void> {
    sending = true;
    for (let next = waiting.shift(); next; next = waiting.shift()) await tell(next);
    sending = false;
    idle();
  }

  return {
    send(command) {
      add(command);
      if (!sending) void run();
    },
    clear() {
      waiting = [];
    },
    get busy() {
      return sending;
    },
  };
}
