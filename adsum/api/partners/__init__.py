"""The API for partners, `/api/v1/`: OAuth 2 client credentials, OpenAPI 3.1, errors as RFC 9457 says."""
