// Words of filters and bookmarks of the Events scene, English.

export const viewEn = {
  "fail.filter.title": "The filter cannot be read.",
  "fail.filter.advice": "Write text, /a regular expression/ or $.a.json.path.",
};
