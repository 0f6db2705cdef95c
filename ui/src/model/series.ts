/** Lines of a chart, at most: the engine's own bound (scene.rs, SERIES). */
export const SERIES = 16;
