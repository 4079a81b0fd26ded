// Grids by their names where the server wrote their codes.
import { language } from '../prefs.js';

const CODED = { zh: /(?:网格 )?(\d{15}) ?/g, en: /(?:[Gg]rid )?(\d{15})/g };

/** @param {string} text @param {(code: string) => string} nameOf */
export const withNames = (text, nameOf) =>
  text.replace(CODED[language()], (_, code) => nameOf(code));
