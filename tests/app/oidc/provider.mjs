// An OpenID provider on loopback for the tests of the sign-in: whoever signs in with a name of PEOPLE has its groups.
// Run as: node provider.mjs PORT REDIRECT_URI
import Provider from "oidc-provider";

const [port, redirect] = process.argv.slice(2);
const PEOPLE = {
  vera: { name: "Вера Ковалевская", groups: ["planner-viewers"] },
  pavel: { name: "Павел Сушко", groups: ["planner-editors"] },
  alena: { name: "Алена Смоліч", groups: ["planner-admins", "planner-editors"] },
  guest: { name: "Guest", groups: ["other"] },
};

const issuer = `http://127.0.0.1:${port}`;
const provider = new Provider(issuer, {
  clients: [{
    client_id: "planner", client_secret: "a-secret-of-the-tests-only",
    redirect_uris: [redirect], grant_types: ["authorization_code"], response_types: ["code"],
    post_logout_redirect_uris: [redirect, redirect.replace("/oauth2callback", "/")],
  }],
  claims: { openid: ["sub"], profile: ["name", "groups"], email: ["email"] },
  conformIdTokenClaims: false,
  cookies: { keys: ["only for tests"] },
  findAccount: (_, id) => PEOPLE[id] && { accountId: id, claims: async () => ({ sub: id, ...PEOPLE[id] }) },
});
provider.listen(Number(port), "127.0.0.1");
