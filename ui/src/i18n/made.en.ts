// Words of "How it’s made", English.

export const madeEn = {
  "made.open": "How it’s made",
  "made.open.title": "The shortest server and page that make a stream like this",
  "made.title": "How “{name}” is made",
  "made.about": "Two files that make such a stream and show it: nothing left out, nothing more than it takes. Yours to copy.",
  "made.copy": "Copy {file}",
  "made.run": "Save both in one folder and run {command} there. Then open {page} in a browser, or {stream} here, with New.",
  "made.run.post": "Save both in one folder and run {command} there. Then open {page} in a browser.",

  "made.message.server": "A path operation that yields is a stream: each yield goes out at once, and nobody else waits while it sleeps.",
  "made.message.page": "EventSource asks, reads and takes events apart. An event without a name arrives at onmessage.",
  "made.answers.server": "The question comes by POST; the answer leaves a few letters at a time, in the shape that chat clients know, and ends with [DONE].",
  "made.answers.page": "EventSource cannot POST, so the body of a fetch is read chunk by chunk. What follows the last blank line waits for the next chunk.",
  "made.monitor.server": "Named events keep two kinds of figures apart on one line. The ids say where a reader was.",
  "made.monitor.page": "addEventListener gives each name its own place on the page: a meter for one, a price for the other.",
  "made.chat.server": "Every listener has a queue of its own; what is posted goes into all of them. A full queue is passed over, so that memory stays bounded.",
  "made.chat.page": "Messages come by EventSource and go by POST. The sender sees its own only when the room says it.",
  "made.news.server": "Each story has an id. A reader who comes back names the last one in Last-Event-ID, and the list goes on right after it.",
  "made.news.page": "Two listeners for two kinds of news. Reconnecting without repeats takes no line of code here.",
  "made.flaky.server": "It ends after five events, on purpose. retry says how soon to come back, the ids say where to go on.",
  "made.flaky.page": "The browser reconnects by itself. onerror and onopen are only there to show it.",
} as const;
