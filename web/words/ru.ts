/** The catalogue of one language, a part for each desk. */

import common from './ru/common.json';
import desk from './ru/desk.json';
import finance from './ru/finance.json';
import incidents from './ru/incidents.json';
import labels from './ru/labels.json';
import portal from './ru/portal.json';
import problems from './ru/problems.json';
import signIn from './ru/signIn.json';

export const words = { common, desk, finance, incidents, labels, portal, problems, signIn };
