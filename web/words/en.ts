/** The catalogue of one language, a part for each desk. */

import common from './en/common.json';
import desk from './en/desk.json';
import finance from './en/finance.json';
import incidents from './en/incidents.json';
import labels from './en/labels.json';
import portal from './en/portal.json';
import problems from './en/problems.json';
import signIn from './en/signIn.json';

export const words = { common, desk, finance, incidents, labels, portal, problems, signIn };
