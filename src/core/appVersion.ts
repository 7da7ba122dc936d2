/** What `model.json` names as its writer; the test holds it to package.json. */
export const APP_VERSION = '0.1.0'
