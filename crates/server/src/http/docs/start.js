// Starts Swagger UI. A file of its own, because the page allows no inline script.
window.ui = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
  // The validator's badge would be loaded from elsewhere.
  validatorUrl: null,
});
