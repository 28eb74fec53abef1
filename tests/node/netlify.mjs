// What Netlify's own parsers read in the _headers and _redirects of a folder, as JSON.
import { parseAllHeaders } from "@netlify/headers-parser";
import { parseAllRedirects } from "@netlify/redirect-parser";

const folder = process.argv[2];
const headers = await parseAllHeaders({ headersFiles: [`${folder}/_headers`], configHeaders: [], minimal: false });
const redirects = await parseAllRedirects({
  redirectsFiles: [`${folder}/_redirects`],
  configRedirects: [],
  minimal: false,
});
const errors = [...headers.errors, ...redirects.errors].map(String);
console.log(JSON.stringify({ headers: headers.headers, redirects: redirects.redirects, errors }));
