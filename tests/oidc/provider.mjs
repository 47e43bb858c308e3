// Sign-in of several organisations on this machine, by node's oidc-provider: independent of the hub, and for tests only.
//
// On standard input one JSON object: { name: { accounts, clients, scopes } }. On standard output, when all of them answer,
// one line of JSON: { name: issuer }. It ends when standard input does.
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import process from 'node:process';
import { createInterface } from 'node:readline';

import Provider from 'oidc-provider';

function privateJwk(type, options) {
  return { ...generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }), use: 'sig' };
}

function settings({ accounts, clients, claims }) {
  return {
    clients,
    claims: { openid: ['sub'], ketenhub: claims },
    scopes: ['openid'],
    // In the ID token, where the hub looks; not only at the userinfo endpoint, where it does not.
    conformIdTokenClaims: false,
    jwks: { keys: [privateJwk('ec', { namedCurve: 'P-256' }), privateJwk('rsa', { modulusLength: 2048 })] },
    cookies: { keys: ['only for tests'] },
    pkce: { required: () => true, methods: ['S256'] },
    features: { rpInitiatedLogout: { enabled: true } },
    clientAuthMethods: ['private_key_jwt', 'client_secret_basic'],
    enabledJWA: { idTokenSigningAlgValues: ['ES256', 'PS256', 'RS256'] },
    findAccount: (_, id) => accounts[id] && { accountId: id, claims: () => ({ sub: id, ...accounts[id] }) },
    // Nobody is asked whether the hub may know their name: it is their employer's own account.
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope('openid ketenhub');
      await grant.save();
      return grant;
    },
  };
}

function listen(about) {
  return new Promise((answers) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const issuer = `http://127.0.0.1:${server.address().port}`;
      const provider = new Provider(issuer, settings(about));
      server.on('request', provider.callback());
      answers(issuer);
    });
  });
}

const lines = createInterface({ input: process.stdin });
lines.on('close', () => process.exit(0));
lines.once('line', async (line) => {
  const issuers = {};
  for (const [name, about] of Object.entries(JSON.parse(line))) {
    issuers[name] = await listen(about);
  }
  process.stdout.write(`${JSON.stringify(issuers)}\n`);
});
