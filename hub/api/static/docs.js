// Shows the API's own document. It only shows: a token has no business on a web page, so nothing can be sent from here.
"use strict";

const nothing = () => () => null;
const withoutSignIn = () => ({ wrapComponents: { authorizeBtn: nothing, authorizeOperationBtn: nothing } });

SwaggerUIBundle({
  url: "/api/v1/openapi.json",
  domNode: document.getElementById("api"),
  plugins: [withoutSignIn],
  // No button to send, and no picture from a validator elsewhere.
  supportedSubmitMethods: [],
  validatorUrl: null,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
});
