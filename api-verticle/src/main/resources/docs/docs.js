"use strict";

// Adds the token of the page's own request to all its requests.
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
