"use strict";

const place = document.getElementById("api-docs");
SwaggerUIBundle({
  url: place.dataset.schema,
  dom_id: "#api-docs",
  deepLinking: true,
  supportedSubmitMethods: ["get"],
  validatorUrl: null, // otherwise it asks a server of Swagger's
});
