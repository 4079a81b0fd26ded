// Which page of one's own account an address means.
import { factorContent } from './factor.js';
import { homeContent } from './home.js';
import { passwordContent } from './password.js';
import { sessionsContent } from './sessions.js';
import { tokensContent } from './tokens.js';

/** @typedef {import('../panels/frame.js').Content} Content */

/** What happens when something that was asked for first is done: the page begins anew. */
const anew = () => location.replace(location.pathname + location.search);

/** @type {Record<string, () => Promise<Content>>} */
const PAGES = {
  password: () => passwordContent(anew),
  code: () => factorContent(anew),
  sessions: sessionsContent,
  tokens: tokensContent,
};

/** @param {string} value */
export const accountContent = async (value) => ({
  ...(await (PAGES[value] ?? homeContent)()),
  selected: null,
});
