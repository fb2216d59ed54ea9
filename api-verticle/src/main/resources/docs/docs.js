"use strict";

// The token that the page was asked for with goes along with whatever it asks for.
const token = new URLSearchParams(location.search).get("token");

SwaggerUIBundle({
  dom_id: "#docs",
  url: "openapi.json",
  validatorUrl: null,
  deepLinking: false,
  requestInterceptor: request => {
    if (token !== null && !request.headers.Authorization) {
      request.headers.Authorization = "Bearer " + token;
    }
    return request;
  }
});
