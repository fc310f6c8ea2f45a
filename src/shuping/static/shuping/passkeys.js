// Lets the buttons of passkeys do what allauth's own scripts (mfa/js/webauthn.js) offer.
const { forms } = window.allauth.webauthn;
const found = (id) => document.getElementById(id);

if (found("passkey-login")) forms.loginForm({ ids: { login: "passkey-login", credential: "passkey-credential" } });

const again = found("passkey-authenticate");
if (again) {
  const ids = { authenticate: again.id, credential: again.dataset.credential, data: "passkey-data" };
  forms.authenticateForm({ ids });
}

const adding = found("form-add-passkey");
if (adding) forms.addForm({ ids: { add: "passkey-add", data: "passkey-data", ...adding.dataset } });

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  found("passkey-fault").hidden = false;
});
